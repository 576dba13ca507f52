cat > t.py <<'P'
import multiprocessing as m, os, sys
def square(x): return x * x
if __name__ == '__main__':
    for how in ('fork', 'spawn', 'forkserver'):
        c = m.get_context(how)
        with c.Pool(3) as p: print(how, p.map(square, range(8)))
        q = c.Queue(); p = c.Process(target=q.put, args=(how,)); p.start()
        print(q.get()); p.join(); print(p.exitcode)
    from multiprocessing import shared_memory, managers
    s = shared_memory.SharedMemory(create=True, size=10); s.close(); s.unlink()
    with m.Manager() as g: d = g.dict(); d['a'] = 1; print(dict(d))
P
python3 t.py
