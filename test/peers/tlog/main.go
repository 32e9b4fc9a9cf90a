// Reads a public log of a desk with the Go project's own transparency log code (golang.org/x/mod/sumdb), and nothing of ours: opens its
// checkpoints by their verifier key, and checks that every entry stands in the log and that it grew out of an older checkpoint.
//
//	check <folder of one log> <verifier key> <file of an older checkpoint>
package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8 // tiles of 256 hashes

func main() {
	if len(os.Args) != 4 {
		fail("usage: check <folder> <verifier key> <older checkpoint>")
	}
	folder, vkey := os.Args[1], os.Args[2]
	tree := open(filepath.Join(folder, "checkpoint"), vkey)
	older := open(os.Args[3], vkey)
	fmt.Println("signatures hold")

	reader := tlog.TileHashReader(tree, tiles{folder}) // holds every tile it reads against the root
	for n, entry := range entries(folder, tree.N) {
		proof, err := tlog.ProveRecord(tree.N, int64(n), reader)
		check(err)
		check(tlog.CheckRecord(proof, tree.N, tree.Hash, int64(n), tlog.RecordHash(entry)))
	}
	fmt.Printf("%d entries are included\n", tree.N)

	proof, err := tlog.ProveTree(tree.N, older.N, reader)
	check(err)
	check(tlog.CheckTree(proof, tree.N, tree.Hash, older.N, older.Hash))
	fmt.Printf("%d grew out of %d\n", tree.N, older.N)
}

func open(file, vkey string) tlog.Tree {
	text, err := os.ReadFile(file)
	check(err)
	verifier, err := note.NewVerifier(vkey)
	check(err)
	opened, err := note.Open(text, note.VerifierList(verifier))
	check(err)
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() || lines[3] != "" {
		fail("the checkpoint does not consist of origin, size and root")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err)
	hash, err := tlog.ParseHash(lines[2])
	check(err)
	return tlog.Tree{N: size, Hash: hash}
}

// tiles reads tiles as C2SP tlog-tiles names them: as sumdb does, but for the height.
type tiles struct{ folder string }

func (tiles) Height() int                    { return height }
func (tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var found [][]byte
	for _, tile := range wanted {
		bytes, err := os.ReadFile(filepath.Join(t.folder, strings.Replace(tile.Path(), "tile/8/", "tile/", 1)))
		if err != nil {
			return nil, err
		}
		found = append(found, bytes)
	}
	return found, nil
}

func entries(folder string, size int64) [][]byte {
	var found [][]byte
	for index := int64(0); index*256 < size; index++ {
		width := size - index*256
		if width > 256 {
			width = 256
		}
		path := tlog.Tile{H: height, L: -1, N: index, W: int(width)}.Path()
		bytes, err := os.ReadFile(filepath.Join(folder, strings.Replace(path, "tile/8/data/", "tile/entries/", 1)))
		check(err)
		for len(bytes) > 0 {
			length := int(binary.BigEndian.Uint16(bytes))
			found = append(found, bytes[2:2+length])
			bytes = bytes[2+length:]
		}
	}
	if int64(len(found)) != size {
		fail("there are not as many entries as the checkpoint says")
	}
	return found
}

func check(err error) {
	if err != nil {
		fail(err.Error())
	}
}

func fail(why string) {
	fmt.Fprintln(os.Stderr, why)
	os.Exit(1)
}
