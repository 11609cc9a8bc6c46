/* The logistic map, N turns: values are stored on the way up and read on the way back. */
static double tape[N];
static void f(const double *x, double *out) {
    double y = x[0], a = 1;
    for (int i = 0; i < N; i++) { tape[i] = y; y = 3 * y * (1 - y); }
    for (int i = N - 1; i >= 0; i--) a *= 3 - 6 * tape[i];
    out[0] = y;
    out[1] = a;
}
