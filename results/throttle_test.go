package results

import (
	"testing"
	"testing/fstest"
	"time"
)

func TestThrottlingIsThatOfTheOwnControlGroup(t *testing.T) {
	file := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	tests := []struct {
		name string
		root fstest.MapFS
		want time.Duration
	}{
		{"nothing is told", fstest.MapFS{}, 0},
		{"version 2, the root of a container", fstest.MapFS{
			"proc/self/cgroup":       file("0::/\n"),
			"sys/fs/cgroup/cpu.stat": file("usage_usec 9\nnr_throttled 3\nthrottled_usec 250\n"),
		}, 250 * time.Microsecond},
		{"version 2, a service", fstest.MapFS{
			"proc/self/cgroup":                              file("0::/system.slice/a.service\n"),
			"sys/fs/cgroup/cpu.stat":                        file("usage_usec 9\n"),
			"sys/fs/cgroup/system.slice/a.service/cpu.stat": file("throttled_usec 7\n"),
		}, 7 * time.Microsecond},
		{"version 1", fstest.MapFS{
			"proc/self/cgroup":                         file("5:memory:/x\n4:cpu,cpuacct:/x\n"),
			"sys/fs/cgroup/cpu,cpuacct/x/cpu.stat":     file("nr_periods 1\nthrottled_time 12\n"),
			"sys/fs/cgroup/memory/x/cpu.stat":          file("throttled_time 99\n"),
			"sys/fs/cgroup/cpu,cpuacct/other/cpu.stat": file("throttled_time 98\n"),
		}, 12},
		{"version 1, whose path is another one within a container", fstest.MapFS{
			"proc/self/cgroup":           file("4:cpu:/docker/0123\n"),
			"sys/fs/cgroup/cpu/cpu.stat": file("throttled_time 5\n"),
		}, 5},
	}
	for _, tt := range tests {
		if got := throttled(tt.root); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}
