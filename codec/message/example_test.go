package message_test

import (
	"fmt"
	"strings"

	"nudge/codec"
	"nudge/codec/message"
)

func Example() {
	text := message.Text{
		Body:   []byte("Hello Bob, café at 5?"),
		Format: message.Format{Font: []byte("MS%20Sans%20Serif"), Effects: message.Bold, Colour: 0xFF0000, Pitch: 0x22},
	}
	payload, err := text.Append(nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(strings.ReplaceAll(string(payload), "\r\n", "\n"))

	c, err := codec.ParseContent(payload)
	if err != nil {
		fmt.Println(err)
		return
	}
	switch kind := message.KindOf(c); kind {
	case message.KindText:
		text, err := message.ParseText(c)
		fmt.Printf("%s in blue %#x: %s (%v)\n", codec.Unescape(string(text.Format.Font)), text.Format.Colour>>16, text.Body, err)
	default:
		fmt.Println("ignored:", kind)
	}
	// Output:
	// MIME-Version: 1.0
	// Content-Type: text/plain; charset=UTF-8
	// X-MMS-IM-Format: FN=MS%20Sans%20Serif; EF=B; CO=ff0000; CS=0; PF=22
	//
	// Hello Bob, café at 5?
	// MS Sans Serif in blue 0xff: Hello Bob, café at 5? (<nil>)
}
