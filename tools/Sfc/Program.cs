namespace NetworkingSfc.Sfc;

internal static class Program
{
    private static int Main() => 0;
}
