// A Go program: static, no libc, raw system calls, threads with small stacks.
//
// usage: gopher FILE PROGRAM [ARGUMENT...]
package main

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
)

func storm(file string) (bad int64) {
	var wait sync.WaitGroup
	for i := 0; i < 20; i++ {
		wait.Add(1)
		go func() {
			defer wait.Done()
			for j := 0; j < 50; j++ {
				if _, err := os.Stat(file); err != nil {
					atomic.AddInt64(&bad, 1)
				}
				if _, err := os.ReadFile(file); err != nil {
					atomic.AddInt64(&bad, 1)
				}
				if _, err := os.Open(file + ".missing"); !os.IsNotExist(err) {
					atomic.AddInt64(&bad, 1)
				}
			}
			runtime.GC()
		}()
	}
	wait.Wait()
	return bad
}

func paths(file string) {
	entries, err := os.ReadDir(filepath.Dir(file))
	names := []string{}
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	fmt.Printf("entries=%s %v\n", strings.Join(names, " "), err)
	real, err := filepath.EvalSymlinks(filepath.Dir(file) + "/absolute-link")
	fmt.Printf("real=%s %v\n", real, err)
	fmt.Printf("write=%v\n", os.WriteFile(file, nil, 0600))
	_, err = os.Stat(file + "/below")
	fmt.Printf("below a file=%v\n", err)
}

func children(command []string) {
	output, err := exec.Command(command[0], command[1:]...).CombinedOutput()
	fmt.Printf("# child\n%serror=%v\n", output, err)
	fail := exec.Command(command[0], "exit", "3")
	fail.Args[0] = "named"
	fail.Dir = filepath.Dir(command[0])
	fail.Env = []string{"ONLY=this"}
	output, err = fail.CombinedOutput()
	fmt.Printf("# child elsewhere\n%serror=%v\n", output, err)
	fmt.Printf("missing child=%v\n", exec.Command("/gnu/store/missing").Run())
	output, err = exec.Command("sh", "-c", "echo $0 from $PPID | sed 's/[0-9]*$//'").Output()
	fmt.Printf("host shell=%q %v\n", output, err)
}

func signals() {
	got := make(chan os.Signal, 1)
	signal.Notify(got, syscall.SIGUSR1)
	syscall.Kill(os.Getpid(), syscall.SIGUSR1)
	fmt.Printf("signal=%v\n", <-got)
}

func main() {
	executable, err := os.Executable()
	fmt.Printf("executable=%s %v\n", executable, err)
	directory, err := os.Getwd()
	fmt.Printf("directory=%s %v\n", directory, err)
	for i, argument := range os.Args {
		fmt.Printf("argv.%d=%s\n", i, argument)
	}
	for i, variable := range os.Environ() {
		fmt.Printf("environ.%d=%s\n", i, variable)
	}
	fmt.Printf("goroutines wrong=%d\n", storm(os.Args[1]))
	paths(os.Args[1])
	children(os.Args[2:])
	signals()
	if err := syscall.Exec(os.Args[2], os.Args[2:], os.Environ()); err != nil {
		fmt.Printf("exec=%v\n", err)
	}
}
