; A 64 KiB "firmware" that asks one question: does an accelerator run guest code at a useful speed? An accelerator that
; opens and executes is no proof: nested virtualisation may emulate it instruction by instruction, and then a real
; operating system takes minutes to print its first line. So this goes the way of one (real mode, protected mode, page
; tables and long mode where the processor has it), does a fixed amount of work, writes one letter to the first serial port,
; and resets the machine by a triple fault, at which -no-reboot ends QEMU. Every QEMU for PCs has what this needs; one built
; for microvm alone has neither isa-debug-exit nor a keyboard controller. Who falls on the way resets too, without the letter.
; Measured: 25 to 75 ms under tcg, as fast under a working kvm, 1.8 to 2.7 s under a crawling one.
;
; Run:   qemu -machine microvm -accel NAME -m 16 -nodefaults -display none -no-reboot -bios kvmprobe.bin -serial stdio
;             [-debugcon file:STAGES: R P G L T = the stages it has reached]
; Build: node scripts/buildGuest.ts; nasm -f bin, 65536 bytes

        bits    16
        org     0

BASE            equ 0xf0000             ; where the firmware lies in memory
CODE_START      equ 0xf000              ; the last 4 KiB hold everything
DEBUGCON        equ 0xe9
SERIAL          equ 0x3f8
TABLES          equ 0x1000              ; three page tables in low memory, one page each
LOOP_TURNS      equ 2000000

CODE32          equ 1 << 3
DATA            equ 2 << 3
HAS_LONG_MODE   equ 1 << 29             ; cpuid 0x80000001, edx
CODE64          equ 3 << 3

%macro stage 1
        mov     al, %1
        out     DEBUGCON, al
%endmacro

; Says that all went well and resets the machine: without interrupt vectors a trap is a triple fault
%macro leave_with_word 0
        stage   "T"
        mov     dx, SERIAL
        mov     al, "T"
        out     dx, al
        lidt    [BASE + no_vectors]
        ud2
%endmacro

        times   CODE_START - ($ - $$) db 0xff

real:   cli
        stage   "R"
        lgdt    [cs:gdt_pointer]
        mov     eax, cr0
        or      al, 1                   ; PE
        mov     cr0, eax
        jmp     dword CODE32:(BASE + protected)

        bits    32
protected:
        mov     eax, DATA
        mov     ds, eax
        mov     es, eax
        mov     ss, eax
        stage   "P"
        mov     eax, 0x80000000
        cpuid
        cmp     eax, 0x80000001
        jb      work32
        mov     eax, 0x80000001
        cpuid
        test    edx, HAS_LONG_MODE
        jz      work32
        mov     edi, TABLES             ; PML4, PDPT and PD: the first 2 MiB onto themselves
        mov     ecx, 3 * 4096 / 4
        xor     eax, eax
        rep     stosd
        mov     dword [TABLES], TABLES + 0x1003
        mov     dword [TABLES + 0x1000], TABLES + 0x2003
        mov     dword [TABLES + 0x2000], 0x83
        mov     eax, cr4
        or      eax, 1 << 5             ; PAE
        mov     cr4, eax
        mov     eax, TABLES
        mov     cr3, eax
        mov     ecx, 0xc0000080         ; EFER
        rdmsr
        or      eax, 1 << 8             ; LME
        wrmsr
        mov     eax, cr0
        or      eax, 1 << 31            ; PG
        mov     cr0, eax
        stage   "G"
        jmp     CODE64:(BASE + long_mode)

work32: mov     ecx, LOOP_TURNS
.turn:  dec     ecx
        jnz     .turn
        leave_with_word

        bits    64
long_mode:
        stage   "L"
        mov     ecx, LOOP_TURNS
.turn:  dec     ecx
        jnz     .turn
        mov     rax, cr3                ; once more through the page tables
        mov     cr3, rax
        leave_with_word

        align   8
no_vectors:
        dw      0
        dq      0
        align   8
gdt:    dq      0
        dq      0x00cf9b000000ffff      ; 32-bit code
        dq      0x00cf93000000ffff      ; data
        dq      0x00af9b000000ffff      ; 64-bit code
gdt_pointer:
        dw      $ - gdt - 1
        dd      BASE + gdt

; The processor starts 16 bytes below the end
        times   0xfff0 - ($ - $$) db 0xff
        bits    16
        jmp     0xf000:real
        times   0x10000 - ($ - $$) db 0
