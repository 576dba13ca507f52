# The entry point of the binary; see early.h. On entry the stack holds argc, argv,
# envp and auxv, rsp is 16-aligned, rdx is for libc (System V ABI, 3.4.1).
    .text
    .globl reloc_start
    .type reloc_start, @function
reloc_start:
    xor %ebp, %ebp
    mov %rsp, %rdi
    mov $reloc_low_start, %esi          # intercept.ld; below 2 GiB
    push %rdx
    mov $reloc_low_end, %edx
    sub %esi, %edx
    sub $8, %rsp
    call RelocatableEarly
    add $8, %rsp
    pop %rdx
    jmp _start
    .size reloc_start, . - reloc_start
    .section .note.GNU-stack, "", @progbits
