/* Helmholtz energy of N components and its gradient; the logarithms of the sum are taken once each. */
static void f(const double *x, double *out) {
    const double up = 1 + sqrt(2), down = 1 - sqrt(2), eight = sqrt(8);
    double b = 0, total = 0, s = 0, q = 0, pull[N], logs[N];
    for (int i = 0; i < N; i++) { b += x[i] / (20 + i); total += x[i]; }
    for (int i = 0; i < N; i++) {
        logs[i] = log(x[i] / (1 - b));
        s += x[i] * logs[i];
        pull[i] = 0;
        for (int j = 0; j < N; j++) pull[i] += x[j] / (1 + i + j);
        q += x[i] * pull[i];
    }
    double l = log((1 + up * b) / (1 + down * b)), scale = 1 / (eight * b);
    double by_b = total / (1 - b) + q * scale / b * l - q * scale * (up / (1 + up * b) - down / (1 + down * b));
    for (int i = 0; i < N; i++) out[1 + i] = logs[i] + 1 + by_b / (20 + i) - 2 * l * scale * pull[i];
    out[0] = s - q * scale * l;
}
