package results

import (
	"bytes"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"
)

// throttled is the time for which the control group of this process was stopped for having used up its share, 0 if there is none or
// the system does not tell. Inside a container the group is the root of what can be seen; elsewhere /proc/self/cgroup says where it is.
func throttled(root fs.FS) time.Duration {
	groups, _ := fs.ReadFile(root, "proc/self/cgroup")
	for line := range strings.Lines(string(groups)) {
		f := strings.SplitN(strings.TrimSpace(line), ":", 3) // number:controllers:path
		if len(f) != 3 {
			continue
		}
		key, unit, dirs := "throttled_usec ", time.Microsecond, []string{"sys/fs/cgroup"}
		if f[1] != "" { // version 1
			if !slices.Contains(strings.Split(f[1], ","), "cpu") {
				continue
			}
			key, unit, dirs = "throttled_time ", time.Nanosecond, []string{"sys/fs/cgroup/" + f[1], "sys/fs/cgroup/cpu"}
		}
		for _, dir := range dirs {
			for _, group := range []string{f[2], "/"} {
				if d, ok := field64(root, path.Join(dir, group, "cpu.stat"), key); ok {
					return time.Duration(d) * unit
				}
			}
		}
	}
	return 0
}

// field64 is the number behind a key at the beginning of a line.
func field64(root fs.FS, file, key string) (int64, bool) {
	b, _ := fs.ReadFile(root, file)
	for l := range bytes.Lines(b) {
		if v, ok := bytes.CutPrefix(l, []byte(key)); ok {
			return number(bytes.TrimSpace(v)), true
		}
	}
	return 0, false
}
