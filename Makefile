# Two commands, each complete on a fresh machine:
#   make demo     builds, makes a sign-up log, scans it, shows what it found
#   make test     everything that must hold before a change goes in
# And one for whoever changed the detector, once the difference was read:
#   make accept   takes the results of all scenarios as they are now

.PHONY: demo test accept

demo:
	@scripts/demo.sh

test:
	@scripts/test.sh

accept:
	@UPDATE_EXPECT=1 cargo test --quiet --locked --package dragnet --test it -- scenarios::story scenarios::world
	@git --no-pager diff --stat -- scenarios || true
