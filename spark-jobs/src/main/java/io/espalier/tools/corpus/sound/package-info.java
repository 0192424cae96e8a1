/** What happens to speech before it is a recording: noise, rooms, telephones, codecs, files. */
package io.espalier.tools.corpus.sound;
