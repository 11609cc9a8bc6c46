/* Rosenbrock's valley in N dimensions and its gradient. */
static void f(const double *x, double *out) {
    double s = 0, *g = out + 1;
    g[0] = 0;
    for (int i = 0; i < N - 1; i++) {
        double bend = x[i + 1] - x[i] * x[i], rest = 1 - x[i];
        s += 100 * bend * bend + rest * rest;
        g[i] -= 400 * bend * x[i] + 2 * rest;
        g[i + 1] = 200 * bend;
    }
    out[0] = s;
}
