; Nomad QEMU's built-in guest: a disk image that boots on QEMU's x86 machines "pc" and "q35", says hello on the serial
; line, echoes what it is told, and obeys the power button. It has no operating system: eight sectors of 16-bit code.
;
; Build: node scripts/buildGuest.ts; nasm -f bin, 4096 bytes, padded with zeros to 1 MiB because SATA and
; virtio firmware refuse smaller disks.
;
; On the first serial port (COM1, 115200 8N1):
;   prints   TINY-READY m=<p|q|?> pm=<hhhh>    machine (PIIX4 or ICH9 found) and I/O base of its power management
;   echoes   every byte, except these control keys:
;     ^D 04  switch off                             ^S 13  sleep (S3)
;     ^R 12  reset                                  ^P 10  report a panic (pvpanic device)
;     ^I 09  ignore the power button or obey again  ^X 18  leave through isa-debug-exit at 0xf4 with 0x2a: exit code 85
;     ^H 08  hang: interrupts off, halted           ^N 0e  arm the ib700 watchdog for two seconds
;     ^B 02  busy: interrupts off, spinning         ^T 14  a line "t" every second, or no more
;     ^W 17  write sector 9 of the disk             ^V 16  print the text at the start of sector 16
;     ^L 0c  read 64 sectors                        ^F 06  write a forged qcow2 header to sector 0
;   answers  W L F = done, e = disk error, I i = ignores / obeys the button, ! = button pressed and ignored
;   prints   TINY-OFF before it switches off

        bits    16
        org     0x7c00

SECTORS         equ 8                   ; of the whole program, this one included
BUFFER          equ 0x9000              ; behind the program
COM1            equ 0x3f8
LINE_STATUS     equ COM1 + 5
PIC1_MASK       equ 0x21
PIC2_MASK       equ 0xa1
BIOS_TICKS      equ 0x046c              ; 18.2 a second
TIMER_VECTOR    equ 0x08 * 4            ; IRQ 0 and ...
SCI_VECTOR      equ 0x71 * 4            ; ... IRQ 9 in the firmware's layout of interrupts
POWER_BUTTON    equ 1 << 8              ; in PM1_STS and PM1_EN
S5_OFF          equ 0x2000              ; SLP_EN with QEMU's sleep types
S3_SLEEP        equ 0x2400

; ---- sector 0: bring in the rest ---------------------------------------------------------------------------------------
entry:  jmp     0:.flat                 ; some firmware enters as 07c0:0000
.flat:  xor     ax, ax
        mov     ds, ax
        mov     es, ax
        cli
        mov     ss, ax
        mov     sp, entry
        sti
        cld
        mov     [disk], dl
        mov     bp, 3                   ; attempts
.load:  mov     ax, 0x0200 | (SECTORS - 1)
        mov     bx, second
        mov     cx, 2                   ; sectors count from 1
        call    disk_call
        jnc     start
        dec     bp
        jnz     .load
        call    serial_setup
        mov     si, text_disk_error
        call    print
.dead:  cli
        hlt
        jmp     .dead

; int 13h for the boot disk, cylinder and head 0: ax = function and count, bx = buffer, cx = sector; carry = failed
disk_call:
        mov     dl, [disk]
        mov     dh, 0
        int     0x13
        ret

; COM1: 115200 baud, 8N1, FIFOs on, an interrupt for each byte that comes in
serial_setup:
        mov     si, .values
.next:  lodsw                           ; al = register, ah = value
        cmp     al, 0xff
        je      .done
        mov     dx, COM1
        add     dl, al
        mov     al, ah
        out     dx, al
        jmp     .next
.done:  ret
.values:
        db      1, 0x00                 ; no interrupts while setting up
        db      3, 0x80                 ; divisor latch
        db      0, 1                    ; 115200 / 1
        db      1, 0
        db      3, 0x03                 ; 8 bits, no parity, 1 stop bit
        db      2, 0x07                 ; FIFOs on and empty
        db      4, 0x0b                 ; DTR, RTS, OUT2 (lets the interrupt through)
        db      1, 0x01                 ; interrupt on received data
        db      0xff, 0

; prints the character in al; keeps every register
put:    push    dx
        push    ax
        mov     dx, LINE_STATUS
.wait:  in      al, dx
        test    al, 1 << 5              ; transmitter takes a byte
        jz      .wait
        pop     ax
        mov     dx, COM1
        out     dx, al
        pop     dx
        ret

; prints the text at si, which ends in a zero
print:  lodsb
        test    al, al
        jz      .done
        call    put
        jmp     print
.done:  ret

disk:   db      0
text_disk_error:
        db      "TINY-DISKERR", 13, 10, 0

        times   510 - ($ - $$) db 0
        dw      0xaa55

; ---- sectors 1 to 7 ----------------------------------------------------------------------------------------------------
second:
start:  cli
        mov     word [TIMER_VECTOR], on_timer
        mov     word [TIMER_VECTOR + 2], 0
        sti
        call    serial_setup
        call    find_power_management
        cmp     word [pm_base], 0
        je      .serial_only
        call    enable_power_button
        and     byte [unmask2], ~(1 << 1)       ; IRQ 9
.serial_only:
        cli
        in      al, PIC1_MASK
        and     al, ~(1 << 4 | 1 << 2)          ; IRQ 4 = COM1, IRQ 2 = the second controller
        out     PIC1_MASK, al
        in      al, PIC2_MASK
        and     al, [unmask2]
        out     PIC2_MASK, al
        sti

        mov     si, text_ready
        call    print
        mov     al, [machine]
        call    put
        mov     si, text_pm
        call    print
        mov     ax, [pm_base]
        call    print_hex
        mov     si, text_newline
        call    print

; Sleeps until something happens. Interrupts stay off between looking and sleeping, and `sti` lets none in before the
; instruction behind it: nothing that comes in between is slept through.
main:   cli
        mov     dx, LINE_STATUS
        in      al, dx
        test    al, 1                   ; a byte is there
        jnz     .byte
        call    check_button
        call    check_tick
        sti
        hlt
        jmp     main
.byte:  sti
        mov     dx, COM1
        in      al, dx
        mov     si, keys
.find:  cmp     byte [si], 0
        je      .echo
        cmp     al, [si]
        je      .found
        add     si, 3
        jmp     .find
.found: mov     bx, main                ; where the key's code returns to
        push    bx
        jmp     [si + 1]
.echo:  call    put
        jmp     main

%macro key 2
        db      %1
        dw      %2
%endmacro
keys:   key     0x02, key_busy
        key     0x04, switch_off
        key     0x06, key_forge
        key     0x08, key_hang
        key     0x09, key_ignore
        key     0x0c, key_read
        key     0x0e, key_watchdog
        key     0x10, key_panic
        key     0x12, key_reset
        key     0x13, key_sleep
        key     0x14, key_ticks
        key     0x16, key_view
        key     0x17, key_write
        key     0x18, key_exit
        db      0

; ---- power management --------------------------------------------------------------------------------------------------
; PCI configuration space: eax = address (bus, device, function, register); pci_write takes the value in ecx
pci_select:
        or      eax, 1 << 31
        mov     dx, 0xcf8
        out     dx, eax
        mov     dx, 0xcfc
        ret
pci_read:
        call    pci_select
        in      eax, dx
        ret
pci_write:
        call    pci_select
        mov     eax, ecx
        out     dx, eax
        ret

; One entry for each chip set: which function, its identity, where the I/O base is, and which bit switches it on
struc chip
.function:      resd 1                  ; bus << 16 | device << 11 | function << 8
.identity:      resd 1                  ; device id << 16 | vendor id
.base:          resb 1                  ; register of the base
.enable:        resb 1                  ; register that enables it ...
.bit:           resd 1                  ; ... by this bit
.letter:        resb 1
endstruc
chips:
        istruc chip                     ; PIIX4, machine "pc": 00:01.3
          at .function, dd 1 << 11 | 3 << 8
          at .identity, dd 0x71138086
          at .base,     db 0x40
          at .enable,   db 0x80
          at .bit,      dd 1
          at .letter,   db "p"
        iend
        istruc chip                     ; ICH9, machine "q35": 00:1f.0
          at .function, dd 31 << 11
          at .identity, dd 0x29188086
          at .base,     db 0x40
          at .enable,   db 0x44
          at .bit,      dd 0x80
          at .letter,   db "q"
        iend
chips_end:

; Leaves the I/O base in pm_base, 0 when there is none; gives the chip a base where the firmware has not
find_power_management:
        mov     di, chips
.next:  cmp     di, chips_end
        jae     .done
        mov     eax, [di + chip.function]
        call    pci_read
        cmp     eax, [di + chip.identity]
        je      .found
        add     di, chip_size
        jmp     .next
.found: mov     al, [di + chip.letter]
        mov     [machine], al
        movzx   eax, byte [di + chip.base]
        or      eax, [di + chip.function]
        mov     esi, eax
        call    pci_read
        and     ax, 0xff80
        jnz     .based
        mov     ecx, 0x601              ; bit 0: it is an I/O address
        mov     eax, esi
        call    pci_write
        mov     ax, 0x600
.based: mov     [pm_base], ax
        movzx   eax, byte [di + chip.enable]
        or      eax, [di + chip.function]
        mov     esi, eax
        call    pci_read
        mov     ecx, eax
        or      ecx, [di + chip.bit]
        mov     eax, esi
        call    pci_write
.done:  ret

; Power button -> SCI -> IRQ 9
enable_power_button:
        cli
        mov     word [SCI_VECTOR], on_sci
        mov     word [SCI_VECTOR + 2], 0
        mov     dx, [pm_base]
        mov     ax, 0xffff
        out     dx, ax                  ; PM1_STS: writing ones clears
        add     dx, 2
        mov     ax, POWER_BUTTON
        out     dx, ax                  ; PM1_EN
        add     dx, 2
        in      ax, dx
        or      ax, 1                   ; PM1_CNT: events as SCI
        out     dx, ax
        sti
        ret

; Takes the place of the firmware's: with -nographic that one looks at the serial line on every tick and takes away what
; has come in, for a keyboard that nobody reads.
on_timer:
        push    ax
        push    ds
        xor     ax, ax
        mov     ds, ax
        inc     dword [BIOS_TICKS]
        mov     al, 0x20
        out     0x20, al
        pop     ds
        pop     ax
        iret

; The line of an SCI is level triggered: the cause has to go before the end of the interrupt is told
on_sci: pusha
        push    ds
        xor     ax, ax
        mov     ds, ax
        call    check_button
        mov     al, 0x20
        out     0xa0, al
        out     0x20, al
        pop     ds
        popa
        iret

check_button:
        mov     dx, [pm_base]
        test    dx, dx
        jz      .done
        in      ax, dx
        test    ax, POWER_BUTTON
        jz      .done
        mov     ax, POWER_BUTTON
        out     dx, ax
        cmp     byte [ignoring], 0
        je      switch_off
        mov     al, "!"
        call    put
.done:  ret

switch_off:
        mov     si, text_off
        call    print
        mov     dx, LINE_STATUS
.drain: in      al, dx
        test    al, 1 << 6              ; everything sent
        jz      .drain
        mov     ax, S5_OFF
        call    sleep_command
key_hang:
        cli
        hlt
        jmp     key_hang

key_sleep:
        mov     ax, S3_SLEEP
sleep_command:
        mov     dx, [pm_base]
        test    dx, dx
        jz      .done
        add     dx, 4                   ; PM1_CNT
        out     dx, ax
.done:  ret

; ---- the other keys ----------------------------------------------------------------------------------------------------
key_busy:
        cli
.spin:  jmp     .spin

key_reset:
        mov     dx, 0xcf9               ; reset control register of the chip set
        mov     al, 2
        out     dx, al
        mov     al, 6
        out     dx, al
        mov     al, 0xfe                ; keyboard controller, for machines without the former
        out     0x64, al
        ret

key_panic:
        mov     dx, 0x505
        mov     al, 1
        out     dx, al
        ret

key_exit:
        mov     al, 0x2a
        out     0xf4, al
        ret

key_watchdog:
        mov     dx, 0x443               ; ib700: 0 = 30 s, down to 15 = 0 s, in steps of 2 s
        mov     al, 0x0e
        out     dx, al
        ret

key_ignore:
        mov     al, "i"
        xor     byte [ignoring], 1
        jz      put
        mov     al, "I"
        jmp     put

key_ticks:
        xor     byte [ticking], 1
        mov     eax, [BIOS_TICKS]
        mov     [last_tick], eax
        ret

check_tick:
        cmp     byte [ticking], 0
        je      .done
        mov     eax, [BIOS_TICKS]
        mov     edx, eax
        sub     edx, [last_tick]
        cmp     edx, 18
        jb      .done
        mov     [last_tick], eax
        mov     si, text_tick
        call    print
.done:  ret

key_write:
        mov     ax, 0x0301
        mov     bx, entry
        mov     cx, 9 + 1
        call    disk_call
        mov     al, "W"
; says the letter in al, or e when carry is set
report: jnc     put
        mov     al, "e"
        jmp     put

key_read:
        mov     di, 64
.next:  mov     cx, 1
        call    read_sector
        mov     al, "L"
        jc      report
        dec     di
        jnz     .next
        clc
        jmp     report

read_sector:
        mov     ax, 0x0201
        mov     bx, BUFFER
        jmp     disk_call

key_view:
        mov     cx, 16 + 1
        call    read_sector
        jc      report
        mov     si, BUFFER
        mov     cx, 64
.next:  lodsb
        test    al, al
        jz      .end
        call    put
        loop    .next
.end:   mov     si, text_newline
        jmp     print

key_forge:
        mov     di, BUFFER
        xor     ax, ax
        mov     cx, 256
        rep     stosw
        mov     dword [BUFFER], 0xfb494651      ; "QFI\xfb"
        mov     byte [BUFFER + 7], 3            ; version 3, big endian
        mov     ax, 0x0301
        mov     bx, BUFFER
        mov     cx, 1
        call    disk_call
        mov     al, "F"
        jmp     report

; prints ax as four hexadecimal digits
print_hex:
        mov     cx, 4
.next:  rol     ax, 4
        push    ax
        and     al, 15
        cmp     al, 10
        sbb     al, 0x69                ; the old way from a nibble to its digit: sbb and das
        das
        or      al, 0x20                ; lower case; digits have that bit already
        call    put
        pop     ax
        loop    .next
        ret

machine:        db "?"
pm_base:        dw 0
unmask2:        db 0xff
ignoring:       db 0
ticking:        db 0
last_tick:      dd 0
text_ready:     db "TINY-READY m=", 0
text_pm:        db " pm=", 0
text_off:       db "TINY-OFF"
text_newline:   db 13, 10, 0
text_tick:      db "t", 13, 10, 0

        times   SECTORS * 512 - ($ - $$) db 0
