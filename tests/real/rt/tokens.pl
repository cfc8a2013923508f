# tokens.pl FOLDER USER...: an API token for each, in FOLDER/USER.token, for its owner's eyes only.
use strict;
use warnings;
use lib '/usr/share/request-tracker5/lib';
use RT;

my ($folder, @users) = @ARGV;
RT->LoadConfig;
RT->Init;
require RT::AuthToken;

umask 077;
for my $name (@users) {
    my $user = RT::User->new(RT->SystemUser);
    $user->Load($name);
    my ($ok, $message, $token) = RT::AuthToken->new(RT::CurrentUser->new($user))
        ->Create(Owner => $user->Id, Description => 'tests');
    die "$name: $message\n" unless $ok;
    open my $file, '>', "$folder/$name.token" or die "$folder/$name.token: $!\n";
    print {$file} "$token\n";
    close $file or die "$folder/$name.token: $!\n";
}
