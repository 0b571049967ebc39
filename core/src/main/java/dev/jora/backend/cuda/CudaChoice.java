package dev.jora.backend.cuda;

/**
 * Which matrix of a stack each column is multiplied with.
 *
 * @param experts int[columns], a matrix for each; grouped, where the columns of each matrix begin
 *     in {@code order}; 0 where there is one matrix
 * @param order int[columns], columns by their matrices; 0 where they are not grouped
 * @param slots columns that share a row of x: column c has row c / slots
 * @param count matrices; 1 where they are not grouped
 */
record CudaChoice(long experts, long order, int slots, int count) {
  static final CudaChoice NONE = new CudaChoice(0, 0, 1, 1);

  CudaChoice withSlots(int n) {
    return new CudaChoice(experts, order, n, count);
  }
}
