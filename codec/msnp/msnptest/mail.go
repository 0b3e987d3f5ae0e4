package msnptest

import (
	"fmt"
	"strconv"
	"strings"

	"nudge/codec"
)

// hasMailbox reports whether the profile says that there is one (§3.6).
func (a *account) hasMailbox() bool { return a.set.profile != nil && a.set.profile.EmailEnabled }

// inbox is the folder where new mail lies (§7.4).
const inbox = "ACTIVE"

// postURL is told with all mail.
const postURL = "http://www.example.net"

// Mail is what happened in a mailbox: one message came, or some moved.
type Mail struct {
	// Of a new message. Subject is ASCII or as in RFC 2047.
	From, FromAddr, Subject string

	Folder string // where it lies now; "": ACTIVE, the inbox

	// Of messages that moved, were read or deleted: how many, and from which
	// folder; "": ACTIVE. With 0 it is a new message.
	Moved  int
	Source string
}

// Mail tells an account of mail (§7.4). The counts of Data stay as they are. The
// error says that the account is not signed in or has no mailbox, or that a text
// has more than one line.
func (s *Server) Mail(email string, m Mail) error {
	for _, text := range [...]string{m.From, m.FromAddr, m.Subject, m.Folder, m.Source} {
		if strings.ContainsAny(text, "\r\n\x00") {
			return fmt.Errorf("msnptest: mail: want one line, not %q", text)
		}
	}
	return s.tell(email, func(t *turn, a *account) error {
		switch {
		case !a.hasMailbox():
			return fmt.Errorf("msnptest: %s has no mailbox: want EmailEnabled in its profile", a.email)
		case m.Moved != 0:
			t.mailMoved(&m)
		default:
			t.mailCame(&m)
		}
		return nil
	})
}

func (t *turn) mailCame(m *Mail) {
	b := t.begin("text/x-msmsgsemailnotification; charset=UTF-8")
	b = header(b, "From", m.From)
	b = header(b, "Message-URL", services["MESSAGE"].path)
	b = header(b, "Post-URL", postURL)
	b = header(b, "Subject", m.Subject)
	b = header(b, "Dest-Folder", or(m.Folder, inbox))
	b = header(b, "From-Addr", m.FromAddr)
	b = header(b, "id", siteID)
	t.message(append(b, "\r\n"...))
}

func (t *turn) mailMoved(m *Mail) {
	b := t.begin("text/x-msmsgsactivemailnotification; charset=UTF-8")
	b = header(b, "Src-Folder", or(m.Source, inbox))
	b = header(b, "Dest-Folder", or(m.Folder, inbox))
	b = header(b, "Message-Delta", strconv.Itoa(m.Moved))
	t.message(append(b, "\r\n"...))
}

// mailbox tells how much mail is unread, after the first CHG (§7.4, §13.10).
func (t *turn) mailbox(a *account) {
	if !a.hasMailbox() || a.set.profile.Mailbox == nil {
		return
	}
	m := a.set.profile.Mailbox
	b := t.begin("text/x-msmsgsinitialemailnotification; charset=UTF-8")
	b = header(b, "Inbox-Unread", strconv.Itoa(m.InboxUnread))
	b = header(b, "Folders-Unread", strconv.Itoa(m.FoldersUnread))
	b = header(b, "Inbox-URL", services["INBOX"].path)
	b = header(b, "Folders-URL", services["FOLDERS"].path)
	b = header(b, "Post-URL", postURL)
	t.message(append(b, "\r\n"...))
	t.queue(t.c)
}

// begin begins a payload whose fields stand in its body (§7.4).
func (t *turn) begin(contentType string) []byte {
	b := header(t.body[:0], "MIME-Version", "1.0")
	return append(header(b, "Content-Type", contentType), "\r\n"...)
}

// message adds a message of the server itself.
func (t *turn) message(payload []byte) {
	t.body = payload
	t.line(codec.MSG).Arg("Hotmail").Arg("Hotmail")
	t.payload(payload)
}

// payload ends the command begun by line with a payload, as next does without.
func (t *turn) payload(b []byte) {
	var err error
	from := len(t.buf)
	if t.buf, err = t.l.EndPayload(b); err != nil {
		t.s.Log.Error("payload", "error", err)
		return
	}
	t.wrongLength(from)
	if t.s.defects != nil {
		t.countCharacters(from)
	}
}
