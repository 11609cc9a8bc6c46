/* Hoffmann's function and both partials at N*N points: all u, then all v; all values, then each partial. */
static void f(const double *x, double *out) {
    const int count = N * N;
    for (int k = 0; k < count; k++) {
        double u = x[k], v = x[count + k], a = u / v, b = exp(v), c = a - b, s = sin(a) + c;
        double by_a = cos(a) * c + s + c;
        out[k] = s * c;
        out[count + k] = by_a / v;
        out[2 * count + k] = -by_a * a / v - (s + c) * b;
    }
}
