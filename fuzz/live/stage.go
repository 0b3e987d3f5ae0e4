package live

// stage is how far a connection has come, as the server's replies tell.
type stage uint8

const (
	stageNone      stage = iota // no connection
	stageFresh                  // nothing was said
	stageVersioned              // VER
	stageKnown                  // CVR
	stageNamed                  // USR TWN S: a ticket is wanted
	stageSentOn                 // XFR NS
	stageSignedIn               // USR OK
	stageSynced                 // SYN
	stageOnline                 // CHG
	stageSeated                 // on a switchboard: USR OK or ANS OK
	stageTalking                // and somebody else is there
	stageOver                   // OUT, or the end of the connection
	numStages
)

var stageNames = [numStages]string{"no connection", "fresh", "versioned", "known", "named", "sent on", "signed in", "synced", "online",
	"seated", "talking", "over"}

func (s stage) String() string { return stageNames[s] }

// signedIn reports whether PNG may be sent (§7.1).
func (s stage) signedIn() bool { return s >= stageSignedIn && s <= stageOnline }

// seated reports whether MSG may be sent.
func (s stage) seated() bool { return s == stageSeated || s == stageTalking }
