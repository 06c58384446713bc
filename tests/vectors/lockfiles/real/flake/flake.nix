{
  inputs.tools.url = "git+https://git.example/nixin";
  inputs.data = { url = "path:/project/nixin"; flake = false; };
  inputs.deep.url = "path:/project/nixdeep";
  outputs = _: { };
}
