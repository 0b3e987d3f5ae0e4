package msnpcheck

var grouping = []check{}
