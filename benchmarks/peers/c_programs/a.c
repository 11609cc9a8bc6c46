/* Hoffmann's function and both partials. */
static void f(const double *x, double *out) {
    double a = x[0] / x[1], b = exp(x[1]), c = a - b, s = sin(a) + c;
    double by_a = cos(a) * c + s + c;
    out[0] = s * c;
    out[1] = by_a / x[1];
    out[2] = -by_a * a / x[1] - (s + c) * b;
}
