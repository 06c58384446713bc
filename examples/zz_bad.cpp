#include <cstdio>
namespace { int BadName() { return 1; } }
int main() { return BadName(); }
