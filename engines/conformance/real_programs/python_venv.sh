export HOME=$PWD
python3 -m venv --without-pip env && ls env env/bin && ./env/bin/python - <<'P'
import sys, os
print(sys.prefix != sys.base_prefix, os.path.basename(sys.prefix))
P
head -2 env/pyvenv.cfg | cut -c1-20; . env/bin/activate; type -P python | tail -c 16
python -c 'import sys; print(sys.path[0] == "", len(sys.path))'
