ssh-keygen -q -t ed25519 -N '' -C comment -f key && ls key*
ssh-keygen -y -f key | cut -c1-11
ssh-keygen -l -f key.pub | cut -c1-10
echo text > file && ssh-keygen -q -Y sign -f key -n file file && head -1 file.sig
ssh-keygen -q -t rsa -b 2048 -N '' -f /gnu/store/none/key; echo $?
stat -c %a key
