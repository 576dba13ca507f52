# The store as Nix sees it: one derivation for each item of the plan, which is
# a file that contents.py made: {item: {"name", "packages", "needs"}}.
#
# There is no sandbox: the builder is the host's Python, which copies what
# Debian's packages have installed. Everything the result depends on is in the
# derivation all the same: the packages' versions and the builder's text.
{ plan }:

let
  items = builtins.mapAttrs (item: spec: derivation {
    inherit item;
    inherit (spec) name packages;
    needs = map (need: "${need}=${items.${need}}") spec.needs;
    programs = ./programs;
    system = builtins.currentSystem;
    builder = "/usr/bin/python3";
    args = [ "-sEB" "${./builder}/main.py" ];
  }) (builtins.fromJSON (builtins.readFile plan));
in
items.profile
