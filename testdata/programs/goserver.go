// A static web server in Go, and its own clients: files, a directory, what is
// missing, and a program run for each request, over TCP and a UNIX socket.
//
// usage: goserver DIRECTORY PROGRAM [ARGUMENT...]
package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"sync"
	"time"
)

func get(client *http.Client, url string) (int, string) {
	answer, err := client.Get(url)
	if err != nil {
		return 0, err.Error()
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return 0, err.Error()
	}
	return answer.StatusCode, string(body)
}

// Asks for everything once, then for the file from many goroutines.
func visit(client *http.Client, base string) {
	for _, path := range []string{"/", "/data.txt", "/none", "/absolute-link/", "/run"} {
		status, body := get(client, base+path)
		fmt.Printf("%s %d %x\n", path, status, sha256.Sum256([]byte(body)))
		if path == "/run" {
			fmt.Printf("%s\n", body)
		}
	}
	_, expected := get(client, base+"/data.txt")
	var wait sync.WaitGroup
	var lock sync.Mutex
	wrong := 0
	for i := 0; i < 16; i++ {
		wait.Add(1)
		go func() {
			defer wait.Done()
			for j := 0; j < 20; j++ {
				if _, body := get(client, base+"/data.txt"); body != expected {
					lock.Lock()
					wrong++
					lock.Unlock()
				}
			}
		}()
	}
	wait.Wait()
	fmt.Printf("wrong answers=%d\n", wrong)
}

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: goserver DIRECTORY PROGRAM [ARGUMENT...]")
		os.Exit(2)
	}
	mux := http.NewServeMux()
	mux.Handle("/", http.FileServer(http.Dir(os.Args[1])))
	mux.HandleFunc("/run", func(w http.ResponseWriter, r *http.Request) {
		output, err := exec.Command(os.Args[2], os.Args[3:]...).CombinedOutput()
		fmt.Fprintf(w, "%s%v", output, err)
	})
	server := http.Server{Handler: mux}

	tcp, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	unix, err := net.Listen("unix", "server-socket")
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	go server.Serve(tcp)
	go server.Serve(unix)

	visit(&http.Client{Timeout: 20 * time.Second}, "http://"+tcp.Addr().String())
	fmt.Println(unix.Addr())
	visit(&http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{
		DialContext: func(_ context.Context, _, _ string) (net.Conn, error) {
			return net.Dial("unix", "server-socket")
		}}}, "http://unix")
	fmt.Println(server.Shutdown(context.Background()))
	_, err = os.Stat("server-socket")
	fmt.Println("socket is gone:", os.IsNotExist(err))
}
