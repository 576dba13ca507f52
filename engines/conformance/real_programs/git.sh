export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a \
  GIT_COMMITTER_EMAIL=a@b GIT_AUTHOR_DATE=2020-01-01T00:00:00Z \
  GIT_COMMITTER_DATE=2020-01-01T00:00:00Z HOME=$PWD GIT_CONFIG_NOSYSTEM=1
git -c init.defaultBranch=main init -q work && cd work
for i in $(seq 40); do mkdir -p d$((i % 5)); echo $i > d$((i % 5))/$i; done
git add . && git commit -q -m first && git status --short && git log --stat
echo more >> d1/1; ln -s d1 link; git status --short; git add -A
git commit -q -m second; git tag -a -m tag t; git gc -q; git fsck
cd .. && git clone -q work copy && git clone -q --bare work bare.git
git clone -q "file://$PWD/bare.git" by-pipe
cd copy && git rev-parse HEAD && git log --oneline && git branch -a
git mv d2 moved && git commit -q -m third && git push -q ../bare.git HEAD:x
git stash list; git worktree add -q ../tree t; git worktree list | wc -l
git grep -c 1 | head -3; git archive HEAD | tar -t | wc -l
git submodule status; git config --list --show-origin | wc -l
