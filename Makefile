# The front door, for who has make; without it run the scripts themselves.
demo check:
	@tools/$@

build:
	meson setup build/release --buildtype=release
	ninja -C build/release

install: build
	meson install -C build/release

docs:
	tools/gen-docs

.PHONY: demo check build install docs
