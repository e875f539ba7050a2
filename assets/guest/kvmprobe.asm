; A 64 KiB "firmware" that asks one question: does an accelerator run guest code at a useful speed? An accelerator that
; opens and executes is no proof: nested virtualisation may emulate it instruction by instruction, and then a real
; operating system takes minutes to print its first line. So this goes the way of one (real mode, protected mode, page
; tables, long mode), does a fixed amount of work, and leaves through isa-debug-exit with 0x20, which is exit code 65.
; Measured: 25 to 75 ms under tcg, as fast under a working kvm, 1.8 to 2.7 s under a crawling one.
;
; Run:   qemu -machine microvm -accel NAME -m 16 -nodefaults -display none -bios kvmprobe.bin
;             -device isa-debug-exit,iobase=0xf4,iosize=4 [-debugcon stdio: R P G L T = the stages it has reached]
; Build: node scripts/buildGuest.ts; nasm -f bin, 65536 bytes

        bits    16
        org     0

BASE            equ 0xf0000             ; where the firmware lies in memory
CODE_START      equ 0xf000              ; the last 4 KiB hold everything
DEBUGCON        equ 0xe9
DEBUG_EXIT      equ 0xf4
TABLES          equ 0x1000              ; three page tables in low memory, one page each
LOOP_TURNS      equ 1000000

CODE32          equ 1 << 3
DATA            equ 2 << 3
CODE64          equ 3 << 3

%macro stage 1
        mov     al, %1
        out     DEBUGCON, al
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

        bits    64
long_mode:
        stage   "L"
        mov     ecx, LOOP_TURNS
.turn:  dec     ecx
        jnz     .turn
        mov     rax, cr3                ; once more through the page tables
        mov     cr3, rax
        stage   "T"
        mov     al, 0x20
        out     DEBUG_EXIT, al
.stay:  hlt
        jmp     .stay

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
