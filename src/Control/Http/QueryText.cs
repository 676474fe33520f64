namespace NetworkingSfc.Control.Http;

/// <summary>The parameters of a query in the order they were sent, decoded.</summary>
internal static class QueryText
{
    /// <summary>Takes a query apart; a leading question mark is dropped and parameters without <c>=</c> have an empty value.</summary>
    public static List<KeyValuePair<string, string>> Parse(string? query)
    {
        List<KeyValuePair<string, string>> parameters = [];
        foreach (string part in (query ?? "").TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? part : part[..equals];
            parameters.Add(new(Decode(name), equals < 0 ? "" : Decode(part[(equals + 1)..])));
        }

        return parameters;
    }

    /// <summary>Puts parameters together again.</summary>
    public static string Format(IEnumerable<KeyValuePair<string, string>> parameters) =>
        string.Join('&', parameters.Select(pair => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(pair.Value)}"));

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
