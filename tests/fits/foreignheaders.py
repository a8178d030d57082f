"""Headers as the programs of radio astronomy write them, card by card.

Each is what one program puts into its files, with that program's spacing, comments, capitals and
habits; images are shrunk to a few pixels. `HEADERS` holds the cards from the first to the last one,
without END.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from tests.fits.fitsfiles import card, data
from tests.fits.fitsfiles import header as header_block

CASA = """\
SIMPLE  =                    T /Standard FITS
BITPIX  =                  -32 /Floating point (32 bit)
NAXIS   =                    4
NAXIS1  =                    8
NAXIS2  =                    7
NAXIS3  =                    1
NAXIS4  =                    5
EXTEND  =                    T
BSCALE  =   1.000000000000E+00 /PHYSICAL = PIXEL*BSCALE + BZERO
BZERO   =   0.000000000000E+00
BMAJ    =   1.652916769187E-03
BMIN    =   1.230518023173E-03
BPA     =  -6.838188171387E+01
BTYPE   = 'Intensity'
OBJECT  = 'TW Hya  '
BUNIT   = 'Jy/beam '           /Brightness (pixel) unit
EQUINOX =   2.000000000000E+03
RADESYS = 'FK5     '
LONPOLE =   1.800000000000E+02
LATPOLE =  -3.470472000000E+01
PC1_1   =   1.000000000000E+00
PC2_1   =   0.000000000000E+00
PC3_1   =   0.000000000000E+00
PC4_1   =   0.000000000000E+00
PC1_2   =   0.000000000000E+00
PC2_2   =   1.000000000000E+00
PC3_2   =   0.000000000000E+00
PC4_2   =   0.000000000000E+00
PC1_3   =   0.000000000000E+00
PC2_3   =   0.000000000000E+00
PC3_3   =   1.000000000000E+00
PC4_3   =   0.000000000000E+00
PC1_4   =   0.000000000000E+00
PC2_4   =   0.000000000000E+00
PC3_4   =   0.000000000000E+00
PC4_4   =   1.000000000000E+00
CTYPE1  = 'RA---SIN'
CRVAL1  =   1.654660833333E+02
CDELT1  =  -8.333333333333E-05
CRPIX1  =   4.000000000000E+00
CUNIT1  = 'deg     '
CTYPE2  = 'DEC--SIN'
CRVAL2  =  -3.470472000000E+01
CDELT2  =   8.333333333333E-05
CRPIX2  =   4.000000000000E+00
CUNIT2  = 'deg     '
CTYPE3  = 'STOKES  '
CRVAL3  =   1.000000000000E+00
CDELT3  =   1.000000000000E+00
CRPIX3  =   1.000000000000E+00
CUNIT3  = '        '
CTYPE4  = 'FREQ    '
CRVAL4  =   3.727303158813E+11
CDELT4  =   1.220703125000E+05
CRPIX4  =   1.000000000000E+00
CUNIT4  = 'Hz      '
PV2_1   =   0.000000000000E+00
PV2_2   =   0.000000000000E+00
RESTFRQ =   3.726724900000E+11 /Rest Frequency (Hz)
SPECSYS = 'LSRK    '           /Spectral reference frame
ALTRVAL =  -4.651720912160E+04 /Alternate frequency reference value
ALTRPIX =   1.000000000000E+00 /Alternate frequency reference pixel
VELREF  =                  257 /1 LSR, 2 HEL, 3 OBS, +256 Radio
COMMENT casacore non-standard usage: 4 LSD, 5 GEO, 6 SOU, 7 GAL
TELESCOP= 'ALMA    '
OBSERVER= 'cqi     '
DATE-OBS= '2011-04-22T00:33:33.792000'
TIMESYS = 'UTC     '
OBSRA   =   1.654660833333E+02
OBSDEC  =  -3.470472000000E+01
OBSGEO-X=   2.225142180269E+06
OBSGEO-Y=  -5.440307370349E+06
OBSGEO-Z=  -2.481029851874E+06
DATE    = '2013-07-11T13:54:13.290000' /Date FITS file was written
ORIGIN  = 'CASA 4.1.0 (release r24668)'
HISTORY CASA START LOGTABLE
HISTORY 2013-07-11T13:54:10 INFO SRCCODE='imager::clean()'
HISTORY Ready for verification
HISTORY CASA END LOGTABLE
"""

AIPS = """\
SIMPLE  =                    T  /
BITPIX  =                   16  /
NAXIS   =                    4  /
NAXIS1  =                    8  /
NAXIS2  =                    7  /
NAXIS3  =                    5  /
NAXIS4  =                    1  /
EXTEND  =                    T  /Tables following main image
BLOCKED =                    T  /Tape may be blocked
OBJECT  = 'NGC6503 '            /Source name
TELESCOP= 'VLA     '            /
INSTRUME= 'VLA     '            /
OBSERVER= 'AW      '            /
DATE-OBS= '23/03/83'            /Obs start date YYYY-MM-DD
DATE-MAP= '17/10/84'            /Last processing date YYYY-MM-DD
BSCALE  =    2.94118176971E-06  /REAL = TAPE * BSCALE + BZERO
BZERO   =    7.20000000000E-02  /
BUNIT   = 'JY/BEAM '            /Units of flux
EPOCH   =      1.950000000E+03  /Epoch of RA DEC
VELREF  =                  258  />256 RADIO, 1 LSR 2 HEL 3 OBS
ALTRVAL =    1.41995600000E+09  /Altenate FREQ/VEL ref value
ALTRPIX =      3.200000000E+01  /Altenate FREQ/VEL ref pixel
OBSRA   =    2.67472916667E+02  /Antenna pointing RA
OBSDEC  =    7.01450000000E+01  /Antenna pointing DEC
RESTFREQ=    1.42040575200E+09  /Rest frequency
BLANK   =               -32768  /IEEE not-a-number used for blanked pixels
DATAMAX =    1.683741063E-01    /Maximum pixel value
DATAMIN =   -2.437411062E-02    /Minimum pixel value
CTYPE1  = 'RA---NCP'            /
CRVAL1  =     2.67472916667E+02 /
CDELT1  =      -1.111111138E-03 /
CRPIX1  =       4.000000000E+00 /
CROTA1  =       0.000000000E+00 /
CTYPE2  = 'DEC--NCP'            /
CRVAL2  =     7.01450000000E+01 /
CDELT2  =       1.111111138E-03 /
CRPIX2  =       3.000000000E+00 /
CROTA2  =       1.250000000E+01 /
CTYPE3  = 'VELO-HEL'            /
CRVAL3  =     9.50000000000E+04 /
CDELT3  =      -5.157000000E+03 /
CRPIX3  =       3.000000000E+00 /
CROTA3  =       0.000000000E+00 /
CTYPE4  = 'STOKES  '            /
CRVAL4  =     1.00000000000E+00 /
CDELT4  =       1.000000000E+00 /
CRPIX4  =       1.000000000E+00 /
CROTA4  =       0.000000000E+00 /
HISTORY AIPS   UVLOD  /BEGIN "HISTORY" INFORMATION
HISTORY AIPS   IMNAME='NGC6503     ' IMCLASS='ICL001' IMSEQ=   1     /
HISTORY AIPS   USERNO=  103            /
HISTORY AIPS   CLEAN BMAJ=  4.1667E-03 BMIN=  3.8889E-03 BPA=  45.60
HISTORY AIPS   CLEAN NITER=     5000 PRODUCT=1   / NORMAL
HISTORY FITTP RELEASE ='15JAN96 '  /********* Start 03-MAR-1996  11:01:42
"""

AIPS_FELO = """\
SIMPLE  =                    T /
BITPIX  =                  -32 /
NAXIS   =                    4 /
NAXIS1  =                    8 /
NAXIS2  =                    7 /
NAXIS3  =                    5 /
NAXIS4  =                    1 /
EXTEND  =                    T /Tables following main image
BLOCKED =                    T /Tape may be blocked
OBJECT  = 'UGC5000 '           /Source name
TELESCOP= 'WSRT    '           /
OBSERVER= 'RS89    '           /
DATE-OBS= '1999-03-15'         /Obs start date YYYY-MM-DD
BSCALE  =   1.00000000000E+00 /REAL = TAPE * BSCALE + BZERO
BZERO   =   0.00000000000E+00 /
BUNIT   = 'JY/BEAM '           /Units of flux
EPOCH   =   2.000000000E+03 /Epoch of RA DEC
VELREF  =                    2 />256 RADIO, 1 LSR 2 HEL 3 OBS
ALTRVAL =   1.39350000000E+09 /Altenate FREQ/VEL ref value
ALTRPIX =   3.000000000E+00 /Altenate FREQ/VEL ref pixel
RESTFREQ=   1.42040575200E+09 /Rest frequency
CTYPE1  = 'RA---SIN'           /
CRVAL1  =   1.41450000000E+02 /
CDELT1  =  -2.777777845E-03 /
CRPIX1  =   4.000000000E+00 /
CROTA1  =   0.000000000E+00 /
CTYPE2  = 'DEC--SIN'           /
CRVAL2  =   3.32500000000E+01 /
CDELT2  =   2.777777845E-03 /
CRPIX2  =   4.000000000E+00 /
CROTA2  =   0.000000000E+00 /
CTYPE3  = 'FELO-HEL'           /
CRVAL3  =   5.78700000000E+06 /
CDELT3  =   3.411000000E+04 /
CRPIX3  =   3.000000000E+00 /
CROTA3  =   0.000000000E+00 /
CTYPE4  = 'STOKES  '           /
CRVAL4  =   1.00000000000E+00 /
CDELT4  =   1.000000000E+00 /
CRPIX4  =   1.000000000E+00 /
CROTA4  =   0.000000000E+00 /
HISTORY AIPS   IMAGR BMAJ=  6.2500E-03 BMIN=  3.4722E-03 BPA=  -1.25
HISTORY AIPS   IMAGR IMSIZE =       512,       512   /
"""

MIRIAD = """\
SIMPLE  =                    T  /
BITPIX  =                  -32  /
NAXIS   =                    3  /
NAXIS1  =                    8  /
NAXIS2  =                    7  /
NAXIS3  =                    5  /
BSCALE  =        1.00000000E+00 / Real value = File value * BSCALE + BZERO
BZERO   =        0.00000000E+00 /
CTYPE1  = 'RA---SIN'            /
CRPIX1  =        4.00000000E+00 /
CDELT1  =       -1.38888895E-03 /
CRVAL1  =        2.04253750E+02 /
CTYPE2  = 'DEC--SIN'            /
CRPIX2  =        5.00000000E+00 /
CDELT2  =        1.38888895E-03 /
CRVAL2  =       -2.98658333E+01 /
CTYPE3  = 'VELO-LSR'            /
CRPIX3  =        1.00000000E+00 /
CDELT3  =        3.29806000E+03 /
CRVAL3  =        4.30000000E+05 /
CELLSCAL= 'CONSTANT'
BMAJ    =        8.05555563E-03 /
BMIN    =        5.27777765E-03 /
BPA     =        5.60000038E+00 /
BTYPE   = 'intensity'
BUNIT   = 'JY/BEAM '
EPOCH   =        2.00000000E+03 /
LTYPE   = 'velocity'
LSTART  =        4.30000000E+02 /
LSTEP   =        3.29806000E+00 /
LWIDTH  =        3.29806000E+00 /
NITERS  =                 5000  /
OBJECT  = 'M83     '
OBSERVER= 'Koribalski'
OBSRA   =        2.04253750E+02 /
OBSDEC  =       -2.98658333E+01 /
RESTFREQ=        1.42040575E+09 /
TELESCOP= 'ATCA    '
VOBS    =       -1.85421200E+01 /
PBTYPE  = 'ATCA    '
DATE-OBS= '1998-06-09T10:12:39.9'
VELREF  =                  257  /
ORIGIN  = 'Miriad fits: version 1.1 20-Jun-2007'
HISTORY INVERT: Miriad Invert: version 1.0 21-jan-05
HISTORY RESTOR: Beam = 29.0 x 19.0 arcsec at 5.6 deg
"""

ASKAP = """\
SIMPLE  =                    T / file does conform to FITS standard
BITPIX  =                  -32 / number of bits per data pixel
NAXIS   =                    4 / number of data axes
NAXIS1  =                    8 / length of data axis 1
NAXIS2  =                    7 / length of data axis 2
NAXIS3  =                    1 / length of data axis 3
NAXIS4  =                    5 / length of data axis 4
EXTEND  =                    T / FITS dataset may contain extensions
COMMENT   FITS (Flexible Image Transport System) format is defined in 'Astronomy
COMMENT   and Astrophysics', volume 376, page 359; bibcode: 2001A&A...376..359H
BUNIT   = 'Jy/beam '           / Brightness (pixel) unit
BMAJ    = 4.1388888888889E-03
BMIN    = 3.4166666666667E-03
BPA     =     78.2000000000000
RADESYS = 'FK5     '           / Equatorial system
EQUINOX =                2000. / Equinox of equatorial coordinates
CRPIX1  =                   4. / Pixel coordinate of reference point
CDELT1  = -1.1111111111111E-03 / [deg] Coordinate increment at reference point
CUNIT1  = 'deg     '           / Units of coordinate increment and value
CTYPE1  = 'RA---SIN'           / Right ascension, orthographic/synthesis project
CRVAL1  =        333.583333333 / [deg] Coordinate value at reference point
CRPIX2  =                   4. / Pixel coordinate of reference point
CDELT2  = 1.11111111111111E-03 / [deg] Coordinate increment at reference point
CUNIT2  = 'deg     '           / Units of coordinate increment and value
CTYPE2  = 'DEC--SIN'           / Declination, orthographic/synthesis projection
CRVAL2  =       -52.4202777778 / [deg] Coordinate value at reference point
CRPIX3  =                   1. / Pixel coordinate of reference point
CDELT3  =                   1. / Coordinate increment at reference point
CTYPE3  = 'STOKES  '           / Coordinate type code
CRVAL3  =                   1. / Coordinate value at reference point
CRPIX4  =                   1. / Pixel coordinate of reference point
CDELT4  =        18518.5185185 / [Hz] Coordinate increment at reference point
CUNIT4  = 'Hz      '           / Units of coordinate increment and value
CTYPE4  = 'FREQ    '           / Frequency (linear)
CRVAL4  =     1295499074.07407 / [Hz] Coordinate value at reference point
PV2_1   =                   0. / DEC--SIN projection parameter
PV2_2   =                   0. / DEC--SIN projection parameter
LONPOLE =                 180. / [deg] Native longitude of celestial pole
LATPOLE =       -52.4202777778 / [deg] Native latitude of celestial pole
RESTFRQ =          1420405752. / [Hz] Line rest frequency
SPECSYS = 'TOPOCENT'           / Reference frame of spectral coordinates
SSYSOBS = 'TOPOCENT'           / Reference frame of observation
TELESCOP= 'ASKAP   '           / Telescope name
OBJECT  = 'EMU_2216'
DATE-OBS= '2019-10-27T08:12:30.123456' / ISO-8601 time of observation
TIMESYS = 'UTC     '           / Time scale
MJD-OBS =     58783.3420153178 / [d] MJD of observation
OBSGEO-X=        -2556117.0000
OBSGEO-Y=         5097398.0000
OBSGEO-Z=        -2848433.0000
PROJECT = 'AS101   '
SBID    = '9325    '
DATE    = '2019-11-05T02:12:09' / file creation date (YYYY-MM-DDThh:mm:ss UT)
ORIGIN  = 'ASKAPsoft'
"""

MEERKAT = """\
SIMPLE  =                    T / conforms to FITS standard
BITPIX  =                  -32 / array data type
NAXIS   =                    4 / number of array dimensions
NAXIS1  =                    8
NAXIS2  =                    7
NAXIS3  =                    5
NAXIS4  =                    4
EXTEND  =                    T
BSCALE  =                   1.
BZERO   =                   0.
BUNIT   = 'JY/BEAM '           / Units are in Jansky per beam
BMAJ    =  0.00196148297563195
BMIN    =  0.00181321938335895
BPA     =     151.423645019531
EQUINOX =                2000. / J2000
BTYPE   = 'Intensity'
TELESCOP= 'MeerKAT '
OBSERVER= 'Sharmila'
OBJECT  = 'J0408-6545'
ORIGIN  = 'WSClean '           / W-stacking imager written by Andre Offringa
CTYPE1  = 'RA---SIN'           / Right ascension angle cosine
CRPIX1  =                   4.
CRVAL1  =     62.0849166666667
CDELT1  = -0.000416666666666667
CUNIT1  = 'deg     '
CTYPE2  = 'DEC--SIN'           / Declination angle cosine
CRPIX2  =                   4.
CRVAL2  =    -65.7525222222222
CDELT2  = 0.000416666666666667
CUNIT2  = 'deg     '
CTYPE3  = 'FREQ    '           / Central frequency
CRPIX3  =                   1.
CRVAL3  =     1283791015.62500
CDELT3  =           855791015.
CUNIT3  = 'Hz      '
CTYPE4  = 'STOKES  '
CRPIX4  =                   1.
CRVAL4  =                   1.
CDELT4  =                   1.
CUNIT4  = '        '
SPECSYS = 'TOPOCENT'
DATE-OBS= '2018-10-06T01:13:59.7'
WSCIMGWG=     2456371.21484375
WSCNITER=               250000
WSCWEIGH= 'Briggs'' (0)'
HISTORY wsclean -size 8 7 -scale 1.5asec -weight briggs 0.0 j0408.ms
"""

ALMA = """\
SIMPLE  =                    T / Standard FITS
BITPIX  =                  -32 / Floating point (32 bit)
NAXIS   =                    4
NAXIS1  =                    8
NAXIS2  =                    7
NAXIS3  =                    5
NAXIS4  =                    1
BSCALE  =   1.000000000000E+00 / PHYSICAL = PIXEL*BSCALE + BZERO
BZERO   =   0.000000000000E+00
CASAMBM =                    T / CASA Multiple BeaMs table present
BTYPE   = 'Intensity'
OBJECT  = 'NGC3256 '
BUNIT   = 'Jy/beam ' / Brightness (pixel) unit
RADESYS = 'ICRS    '
LONPOLE =   1.800000000000E+02
LATPOLE =  -4.390380555556E+01
PC1_1   =   1.000000000000E+00
PC2_1   =   0.000000000000E+00
PC3_1   =   0.000000000000E+00
PC4_1   =   0.000000000000E+00
PC1_2   =   0.000000000000E+00
PC2_2   =   1.000000000000E+00
PC3_2   =   0.000000000000E+00
PC4_2   =   0.000000000000E+00
PC1_3   =   0.000000000000E+00
PC2_3   =   0.000000000000E+00
PC3_3   =   1.000000000000E+00
PC4_3   =   0.000000000000E+00
PC1_4   =   0.000000000000E+00
PC2_4   =   0.000000000000E+00
PC3_4   =   0.000000000000E+00
PC4_4   =   1.000000000000E+00
CTYPE1  = 'RA---SIN'
CRVAL1  =   1.569635833333E+02
CDELT1  =  -2.777777777778E-05
CRPIX1  =   4.000000000000E+00
CUNIT1  = 'deg     '
CTYPE2  = 'DEC--SIN'
CRVAL2  =  -4.390380555556E+01
CDELT2  =   2.777777777778E-05
CRPIX2  =   4.000000000000E+00
CUNIT2  = 'deg     '
CTYPE3  = 'VRAD    '
CRVAL3  =   2.650000000000E+06
CDELT3  =   5.080000000000E+03
CRPIX3  =   1.000000000000E+00
CUNIT3  = 'm/s     '
CTYPE4  = 'STOKES  '
CRVAL4  =   1.000000000000E+00
CDELT4  =   1.000000000000E+00
CRPIX4  =   1.000000000000E+00
CUNIT4  = '        '
PV2_1   =   0.000000000000E+00
PV2_2   =   0.000000000000E+00
RESTFRQ =   1.152712018000E+11 / Rest Frequency (Hz)
SPECSYS = 'LSRK    ' / Spectral reference frame
ALTRVAL =   1.142522650000E+11 / Alternate frequency reference value
ALTRPIX =   1.000000000000E+00 / Alternate frequency reference pixel
VELREF  =                  257 / 1 LSR, 2 HEL, 3 OBS, +256 Radio
COMMENT casacore non-standard usage: 4 LSD, 5 GEO, 6 SOU, 7 GAL
TELESCOP= 'ALMA    '
OBSERVER= 'kssliwa '
DATE-OBS= '2014-12-31T07:12:24.191999'
TIMESYS = 'UTC     '
OBSRA   =   1.569635833333E+02
OBSDEC  =  -4.390380555556E+01
OBSGEO-X=   2.225142180269E+06
OBSGEO-Y=  -5.440307370349E+06
OBSGEO-Z=  -2.481029851874E+06
INSTRUME= 'ALMA    '
FILNAM03= 'spw17   '
SPW     = '17,19,21'
DATE    = '2020-04-17T21:19:12.361000' / Date FITS file was written
ORIGIN  = 'CASA 5.6.1-8'
"""

HEADERS: dict[str, str] = {
    "CASA": CASA,
    "AIPS": AIPS,
    "AIPS FELO": AIPS_FELO,
    "MIRIAD": MIRIAD,
    "ASKAP": ASKAP,
    "MeerKAT": MEERKAT,
    "ALMA": ALMA,
}
"""One header of each program."""


def changed(header: str, changes: Mapping[str, Any]) -> str:
    """Return a header with other values; cards that become None are left out."""
    lines = header.splitlines()
    for keyword, value in changes.items():
        start = f"{keyword:<8}="
        place = next((i for i, line in enumerate(lines) if line.startswith(start)), None)
        if place is None and value is not None:
            lines.append(card(keyword, value).rstrip())
        elif place is not None:
            lines[place : place + 1] = [] if value is None else [card(keyword, value).rstrip()]
    return "\n".join(lines)


def without(header: str, *starts: str) -> str:
    """Return a header without the cards that begin in one of these ways."""
    return "\n".join(line for line in header.splitlines() if not line.startswith(starts))


def shape_of(header: str) -> tuple[int, ...]:
    """Return the lengths of the axes, slowest first."""
    values = dict(re.findall(r"(?m)^(NAXIS\d*) *= *(\d+)", header))
    return tuple(int(values[f"NAXIS{axis}"]) for axis in range(int(values["NAXIS"]), 0, -1))


def file_of(header: str) -> bytes:
    """Return a FITS file with that header, and pixels of the type it asks for."""
    bitpix = int(re.findall(r"(?m)^BITPIX *= *(-?\d+)", header)[0])
    dtype = {16: ">i2", 32: ">i4", -32: ">f4", -64: ">f8"}[bitpix]
    shape = shape_of(header)
    pixels = (np.arange(np.prod(shape)) * 37 % 1001).astype(dtype).reshape(shape)
    if bitpix > 0:
        pixels.flat[5] = -32768
    return header_block(header.splitlines()) + data(pixels)
