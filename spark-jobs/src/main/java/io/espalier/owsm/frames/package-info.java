/** How long windows are: the lengths that they are padded to, and fewer frames in later blocks. */
package io.espalier.owsm.frames;
