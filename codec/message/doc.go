// Package message reads and writes what people and their programs say in a
// conversation: the contents of MSG payloads (§9.6 to §9.9 of codec/MSNP10.md,
// where all § are). Package codec carries payloads and takes their headers
// apart; this one knows what they mean. It does no I/O.
//
// # Reading
//
// [KindOf] says what a payload holds. Each kind has a parser, which takes the
// content and gives a struct:
//
//	kind                                         parser               letters
//	KindText                                     ParseText            N A
//	KindTyping                                   ParseTyping          U
//	KindCapabilities                             ParseCapabilities    U
//	KindInvitation                               ParseInvitation      N S
//	KindP2P                                      ParseP2P             D
//	KindEmoticons, KindAnimatedEmoticons         ParseEmoticons       N
//	KindDatacast                                 ParseDatacast        N U
//	KindKeepAlive                                none, it is empty    U
//	KindGIF, KindInk                             none, see the body   N
//	KindChunk                                    [Joiner]
//	KindOther                                    none: ignore it
//
// The letters are those of acknowledgement (§9.6) with which it is sent;
// [Kind.Acks] has them.
//
// Parsers take what real programs write: headers and fields may be missing, in
// another order, of another case, and there may be more of them. What is of no
// use gives an [*Error] that names the part and says what would be right.
//
// # Writing
//
// Every struct has a method Append, which writes the whole payload, headers
// first, at the end of a slice; [Append] does so for the kinds without a
// struct. They write one form only, with headers and fields in the order of
// §9.8, and nothing that the parser would refuse. What was parsed and is written
// again reads as the same.
//
// # Ownership
//
// The slices in a struct are views of the payload, valid as long as that is
// unchanged, and can not be appended into the bytes behind them. Parsers
// allocate nothing but errors, and Append nothing if the slice has room. What a
// Joiner gives back of a chunked message is the caller's.
//
// # Limits
//
// A client may send [MaxPayload] bytes. A longer message goes in chunks of
// [MaxChunkBody] bytes, at most [MaxChunks] of them: [Split] cuts it and a Joiner,
// with limits of its own, puts it together. A piece of P2P has at most
// [MaxP2PData] bytes of data; [P2P.Pieces] cuts a longer message. A message has
// at most [MaxEmoticons] emoticons. Lengths that a payload claims are checked
// against what is there before anything is made of them.
package message
