// probe-go is what probe.c is, in Go: no C library makes its system calls.
package main

import (
	"fmt"
	"os"
	"syscall"
)

var greeting = "/does/not/exist" // the linker sets it

func show(path string) {
	text, err := os.ReadFile(path)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Stdout.Write(text)
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == "maps" {
		show("/proc/self/maps")
		return
	}
	if len(os.Args) > 2 && os.Args[1] == "run" {
		err := syscall.Exec(os.Args[2], os.Args[2:], os.Environ())
		fmt.Fprintln(os.Stderr, os.Args[2]+":", err)
		os.Exit(127)
	}
	self, _ := os.Readlink("/proc/self/exe")
	fmt.Printf("argv0: %s\nexe: %s\n", os.Args[0], self)
	show(greeting)
}
