// SPDX-License-Identifier: MIT
// Linking is the test: every header stands in a translation unit of its own.
int main() {}
