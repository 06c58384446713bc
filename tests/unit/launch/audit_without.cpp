// SPDX-License-Identifier: MIT
void tell();
void tell() {}
