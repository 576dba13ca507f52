cat > t.rb <<'R'
require 'fileutils'
require 'json'
require 'open3'
require 'socket'
puts JSON.generate({ hello: Dir.glob('/gnu/store/*-hello-*').size })
out, status = Open3.capture2('/bin/sh', '-c', 'echo out; exit 3')
puts out, status.exitstatus
puts 8.times.map { Thread.new { File.exist?('/gnu/store') } }.all?(&:value)
FileUtils.mkdir_p('a/b')
File.symlink('/gnu/store', 'a/link')
puts File.realpath('a/link'), File.readlink('a/link'), Dir.exist?('a/link/none')
server = UNIXServer.new('s')
client = UNIXSocket.new('s')
puts server.accept.addr.inspect, client.peeraddr.inspect
fork { exit 4 }
Process.wait
puts $?.exitstatus
begin
  File.write('/gnu/store/x', '')
rescue SystemCallError => e
  puts e.class
end
Dir.chdir('/gnu/store') { puts Dir.pwd }
R
ruby t.rb
