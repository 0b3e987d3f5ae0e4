package main

import (
	"context"
	"errors"
	"syscall"
	"testing"

	"nudge/fuzz/live"
)

func TestExitOfReplays(t *testing.T) {
	wrong := &live.Verdict{Class: live.Hang}
	shown, another, sound := live.Replay{Same: true, Verdict: wrong}, live.Replay{Verdict: wrong}, live.Replay{}
	gone := errors.New("connection refused")
	for _, tt := range []struct {
		name        string
		all         []live.Replay
		err         error
		interrupted bool
		code        int // 0: passed
	}{
		{"it still shows", []live.Replay{sound, shown}, nil, false, exitServer},
		{"it does not", []live.Replay{sound, sound}, nil, false, 0},
		{"another shows each time", []live.Replay{another, another}, nil, false, exitServer},
		{"another shows once", []live.Replay{another, sound}, nil, false, 0},
		{"it ends the server", []live.Replay{shown}, gone, false, exitServer},
		{"something else does", []live.Replay{sound}, gone, false, exitFailed},
		{"it is interrupted", []live.Replay{shown}, gone, true, 143},
		{"the interrupt comes too late", []live.Replay{sound, sound}, nil, true, 0},
	} {
		ctx, cancel := context.WithCancelCause(t.Context())
		if tt.interrupted {
			cancel(interruption{syscall.SIGTERM})
		}
		err := replayed(ctx, &live.Finding{Verdict: *wrong}, tt.all, 2, tt.err)
		cancel(nil)
		code := 0
		if exit := (exitError{}); errors.As(err, &exit) {
			code = exit.code
		} else if err != nil {
			code = exitFailed
		}
		if code != tt.code {
			t.Errorf("%s: exit status %d, want %d: %v", tt.name, code, tt.code, err)
		}
	}
}
