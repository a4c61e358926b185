# Two commands, each complete on a fresh machine:
#   make demo   builds, makes a sign-up log, scans it, shows what it found
#   make test   everything that must hold before a change goes in

.PHONY: demo test

demo:
	@scripts/demo.sh

test:
	@scripts/test.sh
