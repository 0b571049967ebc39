// Blocks as they are in a file, to planes: see Planes.java.
#include "common.cuh"

struct Repack {
  const u8 *src;     // count blocks of block_bytes
  u8 *plane[5];      // of the whole matrix
  long long first;   // the matrix's block that src begins with
  int count;         // count * block_bytes < 2^31
  int block_bytes;
  int fields;
  int offset[5];     // of field f in a block
  int size[5];
};

// Threads take bytes of the planes in order; any number of blocks in x.
extern "C" __global__ void __launch_bounds__(256) repack(Repack p) {
#pragma unroll
  for (int f = 0; f < 5; f++) {
    if (f >= p.fields) break;
    u32 size = p.size[f], bytes = p.count * size;
    u8 *to = p.plane[f] + p.first * size;
    for (u32 i = blockIdx.x * 256 + threadIdx.x; i < bytes; i += gridDim.x * 256) {
      u32 block = i / size;
      to[i] = p.src[block * p.block_bytes + p.offset[f] + (i - block * size)];
    }
  }
}
