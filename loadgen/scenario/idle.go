package scenario

// idle is what most clients do most of the time.
var idle = behaviour{
	name:   "idle",
	about:  "signs in and holds on, with PNG as the server asks",
	mainOp: opPNG,
	start:  signIn,
}
