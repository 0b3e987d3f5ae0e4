package codec_test

import (
	"fmt"
	"io"
	"strings"

	"nudge/codec"
)

func ExampleDecoder() {
	d := codec.NewDecoder(strings.NewReader("NLN AWY bob@example.com Bob%20B. 536870948\r\n911 4\r\n"), codec.Syntax{From: codec.FromServer})
	var c codec.Command
	for {
		err := d.Decode(&c)
		if err == io.EOF {
			return
		}
		if err != nil {
			fmt.Println(err)
			return
		}
		if code := c.Verb.Code(); code != 0 {
			fmt.Printf("command %d: %s\n", c.TrID, codec.CodeName(code))
			continue
		}
		fmt.Printf("%s is %s\n", codec.Unescape(string(c.Arg(2))), c.Arg(0))
	}
	// Output:
	// Bob B. is AWY
	// command 4: authentication failed
}

func ExampleSyntax_Parse() {
	s := codec.Syntax{From: codec.FromServer}
	var c codec.Command
	for _, in := range []string{"QNG 50\r\nOUT\r\n", "NOT 12\r\n<N", "NOT x\r\n"} {
		n, err := s.Parse(&c, []byte(in))
		fmt.Println(n, err)
	}
	// Output:
	// 8 <nil>
	// 20 codec: incomplete command
	// 0 codec: byte 4: payload length not decimal
}

func ExampleBegin() {
	var buf []byte
	l := codec.Begin(buf, codec.CHG)
	buf, err := l.TrID(9).Arg("NLN").Uint(536870948).End()
	fmt.Printf("%q %v\n", buf, err)

	l = codec.Begin(buf[:0], codec.PRP)
	buf, err = l.TrID(10).Arg("MFN\r\nOUT").End()
	fmt.Printf("%q %v\n", buf, err)
	// Output:
	// "CHG 9 NLN 536870948\r\n" <nil>
	// "" codec: argument is empty or contains a space, CR, LF or NUL
}

func ExampleContent_Header() {
	c, err := codec.ParseContent([]byte("MIME-Version: 1.0\r\nABCHMigrated: 1\r\n\r\n"))
	fmt.Printf("%s %v\n", c.Header("abchmigrated"), err)
	// Output: 1 <nil>
}
