/** ESPnet's own files: {@code .pth}, {@code .npy}, {@code .npz} and YAML configurations. */
package io.espalier.checkpoint.espnet;
