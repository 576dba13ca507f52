# How patched code and trapped calls reach the interceptor; abi.h has the contract
# of both entries.

    .text

# A call whose number is certainly in the table. Nothing may be written at or above
# rsp - 128, the red zone; below it lies a struct Call (call.h), then what the
# compiler's calling convention lets a function destroy is saved by the struct
# itself. Vector registers are never touched: all code here is compiled with
# -mgeneral-regs-only.
    .globl reloc_fast_entry
    .type reloc_fast_entry, @function
reloc_fast_entry:
    lea -128(%rsp), %rsp
    push %rcx
    push %r9
    push %r8
    push %r10
    push %rdx
    push %rsi
    push %rdi
    push %rax
    mov %rsp, %rdi
    push %rbp
    mov %rsp, %rbp
    push %rbx                           # struct KeptRegisters (call.h)
    push %r12
    push %r13
    push %r14
    push %r15
    and $-16, %rsp
    cld
    xor %esi, %esi
    call RelocatableIntercept
    mov %rbp, %rsp
    pop %rbp
    lea 8(%rsp), %rsp
    pop %rdi
    pop %rsi
    pop %rdx
    pop %r10
    pop %r8
    pop %r9
    pop %rcx
    lea 128(%rsp), %rsp
    jmp *%rcx
    .size reloc_fast_entry, . - reloc_fast_entry

# Any call: one that is not in the table is made by the site itself.
    .globl reloc_generic_entry
    .type reloc_generic_entry, @function
reloc_generic_entry:
    cmp $512, %rax                      # kMaxSyscall
    jae 1f
    lea reloc_in_table(%rip), %r11
    cmpb $0, (%r11, %rax)
    jne reloc_fast_entry
1:  lea -2(%rcx), %rcx
    jmp *%rcx
    .size reloc_generic_entry, . - reloc_generic_entry

# A call that a tracer has skipped and sent to kTracedEntry (abi.h). Below the red zone lies a SignalFrame (call.h), as if
# the call had trapped there.
    .type reloc_traced_entry, @function
reloc_traced_entry:
    mov %rsp, %r11
    lea -(128 + 304)(%rsp), %rsp
    and $-16, %rsp
    mov %r8, 40(%rsp)
    mov %r9, 48(%rsp)
    mov %r10, 56(%rsp)
    mov %r12, 72(%rsp)
    mov %r13, 80(%rsp)
    mov %r14, 88(%rsp)
    mov %r15, 96(%rsp)
    mov %rdi, 104(%rsp)
    mov %rsi, 112(%rsp)
    mov %rbp, 120(%rsp)
    mov %rbx, 128(%rsp)
    mov %rdx, 136(%rsp)
    mov %rax, 144(%rsp)
    mov %rcx, 152(%rsp)
    mov %r11, 160(%rsp)
    mov %rcx, 168(%rsp)
    mov %rsp, %rdi
    cld
    call RelocatableInterceptTraced
    mov 40(%rsp), %r8
    mov 48(%rsp), %r9
    mov 56(%rsp), %r10
    mov 104(%rsp), %rdi
    mov 112(%rsp), %rsi
    mov 136(%rsp), %rdx
    mov 144(%rsp), %rax
    mov 168(%rsp), %rcx
    mov 160(%rsp), %rsp
    jmp *%rcx
    .size reloc_traced_entry, . - reloc_traced_entry

# long reloc_on_stack(Call *call, SignalFrame *frame, void *top)
# Runs RelocatableDispatch(call, frame) on another stack. The word below `top`
# keeps the way back, so that a fault in the program's pointers can end the call
# from anywhere: reloc_landing with rsp = top - 16 and rax = -EFAULT.
    .globl reloc_on_stack
    .type reloc_on_stack, @function
reloc_on_stack:
    push %rbp
    push %rbx
    push %r12
    push %r13
    push %r14
    push %r15
    mov %rsp, -8(%rdx)
    lea -16(%rdx), %rsp
    call RelocatableDispatch
    .globl reloc_landing
reloc_landing:
    mov 8(%rsp), %rsp
    pop %r15
    pop %r14
    pop %r13
    pop %r12
    pop %rbx
    pop %rbp
    ret
    .size reloc_on_stack, . - reloc_on_stack

# long reloc_perform(const Call *call, bool *performed)
# Makes the call, then sets *performed. At or before reloc_perform_syscall it has
# not been made, or is set up to be made again.
    .globl reloc_perform
    .type reloc_perform, @function
reloc_perform:
    push %rbx
    mov %rsi, %rbx
    mov (%rdi), %rax
    mov 16(%rdi), %rsi
    mov 24(%rdi), %rdx
    mov 32(%rdi), %r10
    mov 40(%rdi), %r8
    mov 48(%rdi), %r9
    mov 8(%rdi), %rdi
    .globl reloc_perform_syscall
reloc_perform_syscall:
    syscall
    movb $1, (%rbx)
    pop %rbx
    ret
    .size reloc_perform, . - reloc_perform

# The restorer of our signal handlers (sigreturn(2)).
    .globl reloc_restorer
    .type reloc_restorer, @function
reloc_restorer:
    mov $15, %eax
    syscall
    .size reloc_restorer, . - reloc_restorer

# The handler of library_signals.h: jumps to the library's own, with the stack and
# the arguments that the kernel gave, unless it has been called already.
    .globl reloc_library_signal
    .type reloc_library_signal, @function
reloc_library_signal:
    push %rdi
    push %rsi
    push %rdx
    call RelocatableLibrarySignal
    pop %rdx
    pop %rsi
    pop %rdi
    test %rax, %rax
    jz 1f
    jmp *%rax
1:  ret
    .size reloc_library_signal, . - reloc_library_signal

# void reloc_enter_program(void *stack, void *entry): the state in which the kernel
# starts a program (System V ABI, AMD64 supplement, 3.4.1): rdx 0, rbp 0.
    .globl reloc_enter_program
    .type reloc_enter_program, @function
reloc_enter_program:
    mov %rdi, %rsp
    mov %rsi, %r11
    xor %eax, %eax
    xor %ebx, %ebx
    xor %ecx, %ecx
    xor %edx, %edx
    xor %esi, %esi
    xor %edi, %edi
    xor %ebp, %ebp
    xor %r8d, %r8d
    xor %r9d, %r9d
    xor %r10d, %r10d
    xor %r12d, %r12d
    xor %r13d, %r13d
    xor %r14d, %r14d
    xor %r15d, %r15d
    jmp *%r11
    .size reloc_enter_program, . - reloc_enter_program

# void reloc_call_on_stack(void (*function)(void *), void *argument, void *top)
    .globl reloc_call_on_stack
    .type reloc_call_on_stack, @function
reloc_call_on_stack:
    push %rbp
    mov %rsp, %rbp
    mov %rdx, %rsp
    mov %rdi, %rax
    mov %rsi, %rdi
    call *%rax
    mov %rbp, %rsp
    pop %rbp
    ret
    .size reloc_call_on_stack, . - reloc_call_on_stack

# The frozen page (abi.h), first of all that is linked at kInterceptBase.
    .section .rodata.reloc_abi, "a", @progbits
    .globl reloc_abi
reloc_abi:
    .quad 0x4943505443455249
    .long 1
    .long 32
    .quad reloc_fast_entry
    .quad reloc_generic_entry
    .org reloc_abi + 0x40               # kTracedEntry
    jmp reloc_traced_entry
    .org reloc_abi + 0x50               # kTracedFault
    jmp reloc_landing
    .org reloc_abi + 0x60               # kTracedReport
    .globl reloc_report
reloc_report:
    int3
    ret
    .org reloc_abi + 0x70               # kAttachEntry
    .weak RelocatableAttach             # engines/inprocess/attach.cc
    jmp RelocatableAttach

    .section .note.GNU-stack, "", @progbits
