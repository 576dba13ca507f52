cat > t.js <<'J'
const fs = require('fs'), net = require('net'), child = require('child_process');
const workers = require('worker_threads');
if (!workers.isMainThread) {
  workers.parentPort.postMessage(fs.existsSync('/gnu/store'));
  return;
}
async function main() {
  console.log(fs.readdirSync('/gnu/store').length > 5, fs.realpathSync('/gnu/store/.'));
  console.log(String(child.execFileSync('/bin/sh', ['-c', 'ls -d /gnu/store'])));
  console.log((await fs.promises.stat('/gnu/store')).isDirectory());
  await fs.promises.readFile('/gnu/none').catch((e) => console.log(e.message));
  await Promise.all([...Array(200)].map(() => fs.promises.access('/gnu/store')));
  const server = net.createServer((c) => c.end('hi')).listen('socket');
  await new Promise((done) => net.connect('socket').on('close', done)
    .on('data', (text) => console.log(String(text), server.address())));
  server.close();
  await new Promise((done) => child.fork(__filename, ['child']).on('exit', (code) => {
    console.log('child', code);
    done();
  }));
  await new Promise((done) => new workers.Worker(__filename).on('message', (seen) => {
    console.log('worker', seen);
    done();
  }));
}
process.argv[2] === 'child' ? process.exit(5) : main();
J
node t.js
