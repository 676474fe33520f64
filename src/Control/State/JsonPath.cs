namespace NetworkingSfc.Control.State;

/// <summary>Writes places in a document.</summary>
internal static class JsonPath
{
    /// <summary>The path of a member.</summary>
    public static string Member(string parent, string name)
    {
        bool plain = name.Length > 0 && name.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '-' or ':');
        string step = plain ? name : $"[\"{name}\"]";
        return parent.Length == 0 || !plain ? parent + step : $"{parent}.{step}";
    }

    /// <summary>The path of an item.</summary>
    public static string Item(string parent, int index) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{parent}[{index}]");
}
