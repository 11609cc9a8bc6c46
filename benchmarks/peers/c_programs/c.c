/* A product of N numbers: products from the left on the way up, from the right on the way back. */
static void f(const double *x, double *out) {
    double p = 1, q = 1;
    for (int i = 0; i < N; i++) { out[1 + i] = p; p *= x[i]; }
    for (int i = N - 1; i >= 0; i--) { out[1 + i] *= q; q *= x[i]; }
    out[0] = p;
}
