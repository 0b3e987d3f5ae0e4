package message

import (
	"slices"

	"nudge/codec"
)

// The GUIDs of applications that invitations are for.
const (
	FileTransfer = "{5D3E02AB-6190-11d3-BBBB-00C04F795683}"
	VoiceVideo   = "{02D3C01F-BF30-4825-A83A-DE7AF41648AA}"
)

// What an invitation says: the values of Invitation-Command.
const (
	Invite = "INVITE" // has Application and GUID
	Accept = "ACCEPT" // answers with the cookie of the invitation
	Cancel = "CANCEL" // has a CancelCode; ends an invitation, from either side
)

// Invitation asks for, accepts or cancels a file transfer or a call (§9.8). The
// fields stand in the order in which they are written; what is empty or 0 is
// not written, but for the command and its cookie.
type Invitation struct {
	Application  []byte // Application-Name, as people read it
	GUID         []byte // Application-GUID; compare without case
	Command      string // Invite, Accept or Cancel
	Cookie       uint32 // the sender's number for this invitation
	File         []byte // Application-File
	FileSize     uint64 // Application-FileSize, in bytes; 0 is written if there is a File
	Connectivity []byte // N

	Launch      []byte // Launch-Application: FALSE
	RequestData []byte // IP-Address:
	IPAddress   []byte
	Port        uint16
	AuthCookie  uint32

	CancelCode []byte // REJECT, TIMEOUT, FTTIMEOUT, and others
}

// ParseInvitation reads the fields of the body, in any order; those that it
// does not know are passed over. Slices are views of the payload. Nothing is
// allocated but an error: of another kind, a line that is no "Name: value",
// a command or cookie that is missing, a number that is none.
func ParseInvitation(c codec.Content) (Invitation, error) {
	f, err := fields(KindInvitation, c)
	if err != nil {
		return Invitation{}, err
	}
	n := numbers{from: f}
	v := Invitation{
		Application:  slices.Clip(f.Header("Application-Name")),
		GUID:         slices.Clip(f.Header("Application-GUID")),
		Command:      commandOf(f.Header("Invitation-Command")),
		Cookie:       uint32(n.read("Invitation-Cookie", 32)),
		File:         slices.Clip(f.Header("Application-File")),
		FileSize:     n.read("Application-FileSize", 64),
		Connectivity: slices.Clip(f.Header("Connectivity")),
		Launch:       slices.Clip(f.Header("Launch-Application")),
		RequestData:  slices.Clip(f.Header("Request-Data")),
		IPAddress:    slices.Clip(f.Header("IP-Address")),
		Port:         uint16(n.read("Port", 16)),
		AuthCookie:   uint32(n.read("AuthCookie", 32)),
		CancelCode:   slices.Clip(f.Header("Cancel-Code")),
	}
	switch {
	case v.Command == "":
		return Invitation{}, malformed(KindInvitation, "Invitation-Command", 0, wantCommand)
	case n.bad != "":
		return Invitation{}, malformed(KindInvitation, n.bad, 0, "it is a decimal number, and not too large")
	case f.Header("Invitation-Cookie") == nil:
		return Invitation{}, malformed(KindInvitation, "Invitation-Cookie", 0, wantNumber32)
	}
	return v, nil
}

const (
	wantCommand  = "it is INVITE, ACCEPT or CANCEL"
	wantNumber32 = "it is a decimal number up to 4294967295"
)

// commandOf returns the constant for a command, "" for any other value.
func commandOf(v []byte) string {
	switch string(v) {
	case Invite:
		return Invite
	case Accept:
		return Accept
	case Cancel:
		return Cancel
	}
	return ""
}

// numbers reads numeric fields and keeps the name of the first that is none.
type numbers struct {
	from codec.Content
	bad  string
}

// read returns a field of so many bits, 0 if it is missing.
func (n *numbers) read(name string, bits int) uint64 {
	v := n.from.Header(name)
	if v == nil {
		return 0
	}
	u, ok := number(v, 10, bits)
	if !ok && n.bad == "" {
		n.bad = name
	}
	return u
}

// Append writes the message at the end of dst; an empty line ends it. With room
// in dst nothing is allocated. On an error dst is returned as it was.
func (v Invitation) Append(dst []byte) ([]byte, error) {
	w := begin(dst, KindInvitation)
	if commandOf([]byte(v.Command)) == "" {
		w.refuse(malformed(KindInvitation, "Invitation-Command", 0, wantCommand))
	}
	w.blank()
	w.optional("Application-Name", v.Application)
	w.optional("Application-GUID", v.GUID)
	w.field("Invitation-Command", []byte(v.Command))
	w.uint("Invitation-Cookie", uint64(v.Cookie))
	w.optional("Application-File", v.File)
	if len(v.File) > 0 || v.FileSize != 0 {
		w.uint("Application-FileSize", v.FileSize)
	}
	w.optional("Connectivity", v.Connectivity)
	w.optional("Launch-Application", v.Launch)
	w.optional("Request-Data", v.RequestData)
	w.optional("IP-Address", v.IPAddress)
	if v.Port != 0 {
		w.uint("Port", uint64(v.Port))
	}
	if v.AuthCookie != 0 {
		w.uint("AuthCookie", uint64(v.AuthCookie))
	}
	w.optional("Cancel-Code", v.CancelCode)
	w.blank()
	return w.end()
}
