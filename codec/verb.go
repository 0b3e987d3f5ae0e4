package codec

// Verb is the first word of a command, its three characters packed into a
// number: 'V'<<16 | 'E'<<8 | 'R'. The three digits of a numeric reply are
// packed alike. The zero Verb is no verb.
type Verb uint32

// The verbs of MSNP10 (§11), those removed before it, and four of later
// dialects that sloppy servers send (§1.3, §3.6).
const (
	VER Verb = 'V'<<16 | 'E'<<8 | 'R'
	CVR Verb = 'C'<<16 | 'V'<<8 | 'R'
	CVQ Verb = 'C'<<16 | 'V'<<8 | 'Q'
	INF Verb = 'I'<<16 | 'N'<<8 | 'F'
	USR Verb = 'U'<<16 | 'S'<<8 | 'R'
	XFR Verb = 'X'<<16 | 'F'<<8 | 'R'
	SYN Verb = 'S'<<16 | 'Y'<<8 | 'N'
	GTC Verb = 'G'<<16 | 'T'<<8 | 'C'
	BLP Verb = 'B'<<16 | 'L'<<8 | 'P'
	PRP Verb = 'P'<<16 | 'R'<<8 | 'P'
	LSG Verb = 'L'<<16 | 'S'<<8 | 'G'
	LST Verb = 'L'<<16 | 'S'<<8 | 'T'
	BPR Verb = 'B'<<16 | 'P'<<8 | 'R'
	CHG Verb = 'C'<<16 | 'H'<<8 | 'G'
	ILN Verb = 'I'<<16 | 'L'<<8 | 'N'
	NLN Verb = 'N'<<16 | 'L'<<8 | 'N'
	FLN Verb = 'F'<<16 | 'L'<<8 | 'N'
	ADC Verb = 'A'<<16 | 'D'<<8 | 'C'
	ADD Verb = 'A'<<16 | 'D'<<8 | 'D'
	REM Verb = 'R'<<16 | 'E'<<8 | 'M'
	ADG Verb = 'A'<<16 | 'D'<<8 | 'G'
	REG Verb = 'R'<<16 | 'E'<<8 | 'G'
	RMG Verb = 'R'<<16 | 'M'<<8 | 'G'
	SBP Verb = 'S'<<16 | 'B'<<8 | 'P'
	REA Verb = 'R'<<16 | 'E'<<8 | 'A'
	PNG Verb = 'P'<<16 | 'N'<<8 | 'G'
	QNG Verb = 'Q'<<16 | 'N'<<8 | 'G'
	CHL Verb = 'C'<<16 | 'H'<<8 | 'L'
	QRY Verb = 'Q'<<16 | 'R'<<8 | 'Y'
	MSG Verb = 'M'<<16 | 'S'<<8 | 'G'
	NOT Verb = 'N'<<16 | 'O'<<8 | 'T'
	IPG Verb = 'I'<<16 | 'P'<<8 | 'G'
	RNG Verb = 'R'<<16 | 'N'<<8 | 'G'
	URL Verb = 'U'<<16 | 'R'<<8 | 'L'
	SDC Verb = 'S'<<16 | 'D'<<8 | 'C'
	SND Verb = 'S'<<16 | 'N'<<8 | 'D'
	PGD Verb = 'P'<<16 | 'G'<<8 | 'D'
	PAG Verb = 'P'<<16 | 'A'<<8 | 'G'
	FND Verb = 'F'<<16 | 'N'<<8 | 'D'
	IMS Verb = 'I'<<16 | 'M'<<8 | 'S'
	OUT Verb = 'O'<<16 | 'U'<<8 | 'T'
	ANS Verb = 'A'<<16 | 'N'<<8 | 'S'
	IRO Verb = 'I'<<16 | 'R'<<8 | 'O'
	CAL Verb = 'C'<<16 | 'A'<<8 | 'L'
	JOI Verb = 'J'<<16 | 'O'<<8 | 'I'
	BYE Verb = 'B'<<16 | 'Y'<<8 | 'E'
	ACK Verb = 'A'<<16 | 'C'<<8 | 'K'
	NAK Verb = 'N'<<16 | 'A'<<8 | 'K'
	UUX Verb = 'U'<<16 | 'U'<<8 | 'X'
	UBX Verb = 'U'<<16 | 'B'<<8 | 'X'
	GCF Verb = 'G'<<16 | 'C'<<8 | 'F'
	SBS Verb = 'S'<<16 | 'B'<<8 | 'S'
)

// table says for each verb and side what a command carries. It is the only
// place that knows: a verb that is not here for a side has a TrID if its first
// word is a number, and no payload. Rows follow §11; P9 forms and the habits
// of single servers are left out of the argument counts, which Parse does not
// enforce.
var table = [...]Rule{
	// Handshake and sign-in, §3.
	{Verb: VER, From: FromClient, TrID: TrIDRequired, Min: 1, Max: Many, Since: 2, Removed: 24},
	{Verb: VER, From: FromServer, TrID: TrIDRequired, Min: 1, Max: Many, Since: 2},
	{Verb: CVR, From: FromClient, TrID: TrIDRequired, Min: 8, Max: 8, Since: 2},
	{Verb: CVR, From: FromServer, TrID: TrIDRequired, Min: 5, Max: 5, Since: 2},
	{Verb: CVQ, From: FromClient, TrID: TrIDRequired, Min: 8, Max: 8},
	{Verb: INF, From: FromClient, TrID: TrIDRequired, Since: 2, Removed: 8},
	{Verb: USR, From: FromClient, TrID: TrIDRequired, Min: 2, Max: 3, Since: 2},
	{Verb: USR, From: FromServer, TrID: TrIDRequired, Min: 3, Max: 4, Since: 2},
	{Verb: XFR, From: FromClient, TrID: TrIDRequired, Min: 1, Max: 1, Since: 2},
	{Verb: XFR, From: FromServer, TrID: TrIDRequired, Min: 2, Max: 4, Since: 2},

	// Lists and settings, §4 and §6. The server's lines stand without a TrID
	// inside the answer to SYN.
	{Verb: SYN, From: FromClient, TrID: TrIDRequired, Min: 2, Max: 2, Since: 2, Removed: 13},
	{Verb: SYN, From: FromServer, TrID: TrIDRequired, Min: 2, Max: 4, Since: 2, Removed: 13},
	{Verb: GTC, From: FromClient, TrID: TrIDRequired, Min: 1, Max: 1, Since: 2, Removed: 13},
	{Verb: GTC, From: FromServer, TrID: TrIDOptional, Min: 1, Max: 1, Since: 2, Removed: 13},
	{Verb: BLP, From: FromClient, TrID: TrIDRequired, Min: 1, Max: 1, Since: 2},
	{Verb: BLP, From: FromServer, TrID: TrIDOptional, Min: 1, Max: 1, Since: 2},
	{Verb: PRP, From: FromClient, TrID: TrIDRequired, Min: 1, Max: 2, Since: 5},
	{Verb: PRP, From: FromServer, TrID: TrIDOptional, Min: 1, Max: 2, Since: 5},
	{Verb: LSG, From: FromServer, Min: 2, Max: 2, Since: 7, Removed: 13},
	{Verb: LST, From: FromServer, Min: 2, Max: 5, Since: 2, Removed: 13},
	{Verb: BPR, From: FromServer, Min: 1, Max: 3, Since: 5},
	{Verb: ADC, From: FromClient, TrID: TrIDRequired, Min: 2, Max: 3, Since: 10, Removed: 13},
	{Verb: ADC, From: FromServer, TrID: TrIDRequired, Min: 2, Max: 4, Since: 10, Removed: 13},
	{Verb: ADD, From: FromClient, TrID: TrIDRequired, Min: 3, Max: 4, Since: 2, Removed: 10},
	{Verb: ADD, From: FromServer, TrID: TrIDRequired, Min: 4, Max: 5, Since: 2, Removed: 10},
	{Verb: REM, From: FromClient, TrID: TrIDRequired, Min: 2, Max: 3, Since: 2, Removed: 13},
	{Verb: REM, From: FromServer, TrID: TrIDRequired, Min: 2, Max: 3, Since: 2, Removed: 13},
	{Verb: ADG, From: FromClient, TrID: TrIDRequired, Min: 1, Max: 1, Since: 7, Removed: 13},
	{Verb: ADG, From: FromServer, TrID: TrIDRequired, Min: 2, Max: 2, Since: 7, Removed: 13},
	{Verb: REG, From: FromClient, TrID: TrIDRequired, Min: 2, Max: 2, Since: 7, Removed: 13},
	{Verb: REG, From: FromServer, TrID: TrIDRequired, Min: 2, Max: 2, Since: 7, Removed: 13},
	{Verb: RMG, From: FromClient, TrID: TrIDRequired, Min: 1, Max: 1, Since: 7, Removed: 13},
	{Verb: RMG, From: FromServer, TrID: TrIDRequired, Min: 1, Max: 1, Since: 7, Removed: 13},
	{Verb: SBP, From: FromClient, TrID: TrIDRequired, Min: 2, Max: 3, Since: 10, Removed: 13},
	{Verb: SBP, From: FromServer, TrID: TrIDRequired, Min: 2, Max: 3, Since: 10, Removed: 13},
	{Verb: REA, From: FromClient, TrID: TrIDRequired, Min: 2, Max: 2, Since: 2, Removed: 10},

	// Presence, §5.
	{Verb: CHG, From: FromClient, TrID: TrIDRequired, Min: 1, Max: 3, Since: 2},
	{Verb: CHG, From: FromServer, TrID: TrIDRequired, Min: 1, Max: 3, Since: 2},
	{Verb: ILN, From: FromServer, TrID: TrIDRequired, Min: 3, Max: 5, Since: 2, Removed: 18},
	{Verb: NLN, From: FromServer, Min: 3, Max: 5, Since: 2},
	{Verb: FLN, From: FromServer, Min: 1, Max: 1, Since: 2},

	// Everything else on the notification server, §7.
	{Verb: PNG, From: FromClient, Since: 2},
	{Verb: QNG, From: FromServer, Max: 1, Since: 2},
	{Verb: CHL, From: FromServer, TrID: TrIDRequired, Min: 1, Max: 1, Since: 6},
	{Verb: CHL, From: FromClient, TrID: TrIDRequired, Since: 6},
	{Verb: QRY, From: FromClient, TrID: TrIDRequired, Min: 2, Max: 2, Payload: 2, MaxPayload: 32, Since: 6},
	{Verb: QRY, From: FromServer, TrID: TrIDRequired, Since: 6},
	{Verb: NOT, From: FromServer, Min: 1, Max: 1, Payload: 1, Since: 5},
	{Verb: IPG, From: FromServer, Min: 1, Max: 1, Payload: 1, Since: 6},
	{Verb: RNG, From: FromServer, Min: 6, Max: 6, Since: 2},
	{Verb: URL, From: FromClient, TrID: TrIDRequired, Min: 1, Max: 2, Since: 2},
	{Verb: URL, From: FromServer, TrID: TrIDRequired, Min: 3, Max: 3, Since: 2},
	{Verb: SDC, From: FromClient, TrID: TrIDRequired, Min: 8, Max: 8, Payload: 8, Since: 5},
	{Verb: SDC, From: FromServer, TrID: TrIDRequired, Min: 1, Max: 1, Since: 5},
	{Verb: SND, From: FromClient, TrID: TrIDRequired, Min: 1, Max: 4, Since: 2, Removed: 5},
	{Verb: SND, From: FromServer, TrID: TrIDRequired, Min: 1, Max: 1, Since: 2, Removed: 5},
	{Verb: PGD, From: FromClient, TrID: TrIDRequired, Min: 3, Max: 3, Payload: 3, Since: 9},
	{Verb: PAG, From: FromClient, TrID: TrIDRequired, Min: 1, Max: Many, Payload: LastArg, Since: 5, Removed: 9},
	{Verb: FND, From: FromClient, TrID: TrIDRequired, Min: 5, Max: 5, Since: 2, Removed: 2003},
	{Verb: IMS, From: FromClient, TrID: TrIDRequired, Min: 1, Max: 1, Since: 3},
	{Verb: IMS, From: FromServer, TrID: TrIDRequired, Min: 2, Max: 2, Since: 3},
	{Verb: OUT, From: FromClient, Since: 2},
	{Verb: OUT, From: FromServer, Max: 1, Since: 2},

	// Switchboard, §9.
	{Verb: ANS, From: FromClient, TrID: TrIDRequired, Min: 3, Max: 3, Since: 2},
	{Verb: ANS, From: FromServer, TrID: TrIDRequired, Min: 1, Max: 1, Since: 2},
	{Verb: IRO, From: FromServer, TrID: TrIDRequired, Min: 4, Max: 4, Since: 2},
	{Verb: CAL, From: FromClient, TrID: TrIDRequired, Min: 1, Max: 1, Since: 2},
	{Verb: CAL, From: FromServer, TrID: TrIDRequired, Min: 2, Max: 2, Since: 2},
	{Verb: JOI, From: FromServer, Min: 2, Max: 2, Since: 2},
	{Verb: BYE, From: FromServer, Min: 1, Max: 2, Since: 2},
	{Verb: MSG, From: FromClient, TrID: TrIDRequired, Min: 2, Max: 2, Payload: 2, MaxPayload: 1664, Since: 2},
	{Verb: MSG, From: FromServer, Min: 3, Max: 3, Payload: 3, Since: 2},
	{Verb: ACK, From: FromServer, TrID: TrIDRequired, Since: 2},
	{Verb: NAK, From: FromServer, TrID: TrIDRequired, Since: 2},

	// Later dialects, so that a stream that holds them can be read: §1.3, §3.6, §7.9.
	{Verb: UUX, From: FromClient, TrID: TrIDRequired, Min: 1, Max: 1, Payload: 1, Since: 11},
	{Verb: UUX, From: FromServer, TrID: TrIDRequired, Max: 1, Since: 11},
	{Verb: UBX, From: FromServer, Min: 2, Max: 2, Payload: 2, Since: 11},
	{Verb: GCF, From: FromClient, TrID: TrIDRequired, Min: 1, Max: 1, Since: 11},
	{Verb: GCF, From: FromServer, TrID: TrIDRequired, Min: 2, Max: 2, Payload: 2, Since: 11},
	{Verb: SBS, From: FromServer, TrID: TrIDOptional, Min: 1, Max: 1, Since: 11},
}
