// Notes is the server of package notes as a program.
package main

import (
	"flag"
	"log"
	"net"
	"os"
	"os/signal"
	"syscall"

	"github.com/7aca83c2/multinode/docs/guide/code/notes"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:8080", "the address to answer at")
	dir := flag.String("dir", ".", "where the notes are")
	peer := flag.String("peer", "", "the address of a server that has to have each note, too")
	flag.Parse()

	listener, err := net.Listen("tcp", *listen)
	if err != nil {
		log.Fatal(err)
	}
	server, err := notes.Start(notes.Config{Dir: *dir, Listener: listener, Peer: *peer, Dial: (&net.Dialer{}).DialContext})
	if err != nil {
		log.Fatal(err)
	}
	log.Printf("at %s", listener.Addr())
	end := make(chan os.Signal, 1)
	signal.Notify(end, os.Interrupt, syscall.SIGTERM)
	<-end
	if err := server.Close(); err != nil {
		log.Fatal(err)
	}
}
