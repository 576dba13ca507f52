cat > t.py <<'P'
import asyncio, concurrent.futures, ctypes, glob, hashlib, json, os, pathlib
import shutil, signal, socket, sqlite3, ssl, subprocess, sys, tempfile
import threading, zipfile
assert sys.executable.startswith('/gnu/store/'), sys.executable
print(subprocess.run([sys.executable, '-c', 'print(40 + 2)'],
                     capture_output=True, text=True).stdout)
print(subprocess.run(['no-such-program'], shell=True).returncode)
db = sqlite3.connect('t.db'); db.execute('create table t (a)')
db.executemany('insert into t values (?)', [(i,) for i in range(100)])
db.commit(); print(db.execute('select sum(a) from t').fetchone())
ssl.create_default_context(); print(ssl.OPENSSL_VERSION.split()[0])
async def serve():
    async def on(r, w):
        w.write((await r.readline()).upper()); await w.drain(); w.close()
    server = await asyncio.start_unix_server(on, path='s')
    print(server.sockets[0].getsockname())
    r, w = await asyncio.open_unix_connection('s')
    w.write(b'hello\n'); print(await r.readline(), w.get_extra_info('peername'))
    w.close(); server.close()
    p = await asyncio.create_subprocess_exec('sh', '-c', 'echo sub; exit 3',
        stdout=asyncio.subprocess.PIPE)
    print(await p.communicate(), p.returncode)
asyncio.run(serve())
with concurrent.futures.ThreadPoolExecutor(8) as e:
    print(sum(e.map(lambda i: os.path.exists(sys.executable), range(200))))
with tempfile.TemporaryDirectory() as d:
    p = pathlib.Path(d, 'x'); p.write_text('y'); q = p.with_suffix('.l')
    q.symlink_to(sys.executable); print(q.resolve() == pathlib.Path(sys.executable).resolve())
    shutil.make_archive(d + '/z', 'zip', os.path.dirname(json.__file__))
    print(len(zipfile.ZipFile(d + '/z.zip').namelist()) > 5)
print(ctypes.CDLL(None).getpid() == os.getpid())
print(len(glob.glob('/gnu/store/*-hello-*')))
print(os.path.realpath('/proc/self/exe') == os.path.realpath(sys.executable))
P
python3 t.py
