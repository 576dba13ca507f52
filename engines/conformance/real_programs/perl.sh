cat > t.pl <<'P'
use strict; use warnings; use Cwd; use File::Find; use File::Temp 'tempdir';
use POSIX; use IO::Socket::UNIX; use File::Copy; use File::Path 'make_path';
print `$^X -e 'print 6*7'`, "\n"; print $? >> 8, "\n";
my $n = 0; find(sub { $n++ if /\.pm$/ }, grep { m{^/gnu} } @INC);
print $n > 100 ? "modules\n" : "none: $n\n";
my $d = tempdir(CLEANUP => 1, DIR => '.'); make_path("$d/a/b");
copy($^X, "$d/a/perl"); chmod 0755, "$d/a/perl"; print -s "$d/a/perl" == -s $^X ? "same\n" : "";
open(my $p, '-|', 'sh', '-c', 'echo one; echo two') or die; print <$p>; close $p;
my $pid = fork; if (!$pid) { exec 'sh', '-c', 'exit 5' } waitpid $pid, 0; print $? >> 8, "\n";
my $s = IO::Socket::UNIX->new(Local => "$d/s", Listen => 1) or die $!;
my $c = IO::Socket::UNIX->new(Peer => "$d/s") or die $!; print "connected\n";
chdir '/gnu/store' or die; print getcwd, "\n"; print -d 'none' ? 1 : 0, -d '.', "\n";
P
perl t.pl
