// SPDX-License-Identifier: MIT
// A program that is linked statically: nothing can be preloaded into it.
int main() {}
